import type { BudgetKind } from '../../graph/cost-kinds.js'
import { aimedCosts, unitOfCost } from '../../search/aimed-costs.js'
import { type KnownTrial, paretoFront } from '../../search/front.js'
import { valScore } from '../../search/val-score.js'
import { costText } from '../../ui/cost-text.js'
import { percent } from '../../ui/format.js'
import { scoreLabel } from '../../ui/score-text.js'
import { html } from '../html.js'
import type { RunReport } from '../run/run-report.js'
import { lowerFence, spacious, thinned } from '../thin.js'
import { type Figure, looks, omitted, vegaSpec } from './figure.js'
import { hovered, limitMark, originalMark, pointMark, stepMark } from './marks.js'

/** Trials off the front drawn at most. */
const MOST_POINTS = 1000

const titles = {
  macs: 'MACs',
  params: 'parameters',
  size: 'bytes of the file',
  bitops: 'bit operations',
  latency: 'predicted latency',
  energy: 'predicted energy',
} as const satisfies Record<BudgetKind, string>

const stages = { trial: 'as it was cut', rung: 'on a rung', final: 'fine-tuned' } as const

/** Score against each cost that matters: MACs, bytes, latency where it was predicted, and what else the run aims at. */
export function frontFigures(report: RunReport): readonly Figure[] {
  const aimed = aimedCosts(report.definition)
  const usual = (['macs', 'size', 'latency'] as const).filter(kind => !aimed.includes(kind))
  return [...aimed, ...usual].flatMap(kind => {
    const figure = frontFigure(report, kind)
    return figure === null ? [] : [figure]
  })
}

/** What a point shows when it is hovered over; x and y are where it is drawn. */
interface Dot {
  readonly x: number
  readonly y: number
  readonly what: string
  readonly score: string
  readonly cost: string
  readonly stage: string
}

function frontFigure(report: RunReport, kind: BudgetKind): Figure | null {
  const { definition, known, original, records, points } = report
  const unit = unitOfCost(definition, kind)
  const ofCost = known.filter(({ newest }) => (newest.cost[kind] ?? 0) > 0)
  const costs = new Set(ofCost.map(({ newest }) => newest.cost[kind]))
  if (original === null || (original.cost[kind] ?? 0) <= 0 || costs.size < 2) return null
  const base = original.cost[kind]!
  const dot = (what: string, { newest, stage }: Omit<KnownTrial, 'trial' | 'told'>): Dot => {
    const [x, y] = [newest.cost[kind]!, valScore(newest)]
    const cost = `${costText(kind, x, unit)} (${percent(x / base, 1)})`
    return { x, y: y * 100, what, score: percent(y), cost, stage: stages[stage] }
  }
  const dots = (trials: readonly KnownTrial[]) => trials.map(one => dot(`trial ${one.trial}`, one))
  const front = paretoFront(ofCost, [kind]).toReversed()
  const onFront = new Set(front.map(({ trial }) => trial))
  const chosen = new Set(records.filter(record => record.chosen).map(({ number }) => number))
  const finalists = new Set(records.filter(({ final }) => final !== null).map(({ number }) => number))
  const all = dots(ofCost)
  const floor = lowerFence(all.map(({ y }) => y))
  const isSeen = ({ y }: Dot) => y >= floor
  const rest = dots(ofCost.filter(({ trial }) => !onFront.has(trial))).filter(isSeen)
  const drawn = thinned(rest, MOST_POINTS)
  const below = all.length - all.filter(isSeen).length
  const limits = [
    ...definition.budgets.filter(budget => budget.kind === kind).map(({ limit }) => limit),
    ...points.flatMap(({ point }) => (point.kind === kind ? [point.limit] : [])),
  ]
  const label = scoreLabel('val', original.scores.val)
  const line = dots(front).filter(isSeen)
  const layers = [
    { look: 'trial', values: drawn },
    { look: 'front', values: line },
    {
      look: 'finalist',
      values: dots(ofCost.filter(({ trial }) => finalists.has(trial) && !chosen.has(trial))),
    },
    { look: 'chosen', values: dots(ofCost.filter(({ trial }) => chosen.has(trial))) },
  ] as const
  const originalDot = { ...dot('original', { newest: original, stage: 'trial' }), stage: '' }
  const texts = {
    trial: 'trial',
    front: 'none is better and cheaper',
    finalist: 'finalist',
    chosen: 'chosen',
  }
  const seen = layers.flatMap(({ values }) => values)
  const y = {
    field: 'y',
    type: 'quantitative',
    title: `${label === 'val' ? 'validation accuracy' : label}, %`,
    scale: { domain: spacious([...seen.map(({ y }) => y), originalDot.y]), nice: false },
  } as const
  const tooltip = ['what', 'score', 'cost', 'stage'].map(field =>
    hovered(field, field === 'what' ? 'model' : field === 'cost' ? titles[kind] : field),
  )
  return {
    id: `plot-front-${kind}`,
    title: `Score against ${titles[kind]}`,
    description: `${ofCost.length} trials by ${titles[kind]} and validation score. ${front.length} of them are bettered by none; the table below lists these.`,
    key: [
      ...layers.flatMap(({ look, values }) =>
        values.length > 0 ? [{ ...looks[look], text: texts[look] }] : [],
      ),
      { ...looks.original, text: 'score of the original (level)' },
      ...(limits.length > 0 ? [{ ...looks.limit, text: 'budget (upright)' }] : []),
    ],
    note: omitted(below, percent(floor / 100), drawn.length < rest.length),
    spec: vegaSpec({
      height: 320,
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: titles[kind] + (unit === undefined ? '' : `, ${unit}`),
          scale: { domain: spacious([...seen.map(({ x }) => x), ...limits]), nice: false },
          axis: { tickCount: 5, ...(unit === undefined ? { format: '.3~s' } : {}) },
        },
      },
      layer: [
        { data: { values: limits.map(x => ({ x })) }, mark: limitMark },
        {
          data: { values: [{ ...originalDot, x: null }] },
          mark: originalMark,
          encoding: { x: { value: 0 }, x2: { value: 'width' }, y, tooltip },
        },
        { data: { values: line }, mark: stepMark('front'), encoding: { y } },
        ...layers.map(({ look, values }) => ({
          data: { values: [...values] },
          mark: look === 'front' ? { ...pointMark('front'), shape: 'circle' as const } : pointMark(look),
          encoding: { y, tooltip },
        })),
      ],
    }),
    table: html`<table>
      <thead><tr><th scope="col">trial</th><th scope="col" class="number">${label}</th>
        <th scope="col" class="number">${titles[kind]}</th><th scope="col" class="number">of original</th>
        <th scope="col">evaluated</th></tr></thead>
      <tbody>${front.map(
        ({
          trial,
          newest,
          stage,
        }) => html`<tr><th scope="row">${trial}${chosen.has(trial) ? ' (chosen)' : ''}</th>
          <td class="number">${percent(valScore(newest))}</td>
          <td class="number">${costText(kind, newest.cost[kind]!, unit)}</td>
          <td class="number">${percent(newest.cost[kind]! / base, 1)}</td><td>${stages[stage]}</td></tr>`,
      )}</tbody></table>`,
  }
}
