import { type BudgetKind, isDeviceCost } from '../../../graph/cost-kinds.js'
import type { BudgetSummary } from '../../../search/events.js'
import { costText } from '../../cost-text.js'
import { milliseconds, percent, points, relativeChange, short, whole } from '../../format.js'
import { type Leader, leader } from '../../leader.js'
import { scoreLabel } from '../../score-text.js'
import type { RunView } from '../../view.js'
import { aligned, type Block, panel, row } from '../block.js'
import type { Size } from '../layout.js'
import type { Scene } from '../scene.js'

type Cells = readonly [name: string, original: string, leader: string, change: string, budget: string]

/** The leading model beside the original, and whether the budgets hold; most important rows first. */
export function comparison({ view, theme }: Scene, size: Size): Block {
  const best = leader(view)
  const { atMost } = theme.glyphs
  const sides = ['left', 'right', 'right', 'right', 'left'] as const
  const tries = [
    aligned(cells(view, best, whole, `budget ${atMost}`), sides),
    aligned(cells(view, best, whole, atMost), sides),
    aligned(cells(view, best, short, atMost), sides),
  ]
  const texts = tries.find(rows => rows.every(text => text.length <= size.width)) ?? tries.at(-1)!
  const n = view.baseline?.scores.val?.n
  const what =
    best === null ? 'no trial has finished yet' : `${best.kind}: #${best.trial} beside the original`
  const title = n === undefined ? what : `${what} (val: n = ${whole(n)})`
  const rows = texts.map(text => row(text, text.endsWith('NOT met') ? 'bad' : 'plain'))
  return panel(title, rows, size, theme)
}

/** Rows that it may have. */
export function comparisonRows(view: RunView): number {
  return cells(view, leader(view), whole, '').length
}

function cells(
  view: RunView,
  best: Leader | null,
  number: (value: number) => string,
  atMost: string,
): readonly Cells[] {
  const { baseline, run } = view
  const score = (split: 'val' | 'test'): Cells => {
    const [from, to] = [baseline?.scores[split]?.score, best?.evaluation.scores[split]?.score]
    const change = from === undefined || to === undefined ? '' : points(from, to)
    return [
      scoreLabel(split, baseline?.scores[split]),
      shownOr(from, percent),
      shownOr(to, percent),
      change,
      '',
    ]
  }
  const cost = (name: string, key: BudgetKind | 'bytes'): Cells => {
    const [from, to] = [baseline?.cost[key], best?.evaluation.cost[key]]
    const change = from === undefined || to === undefined ? '' : relativeChange(from, to)
    const budget = run?.budgets.find(({ kind }) => kind === key)
    const show = isDeviceCost(key) ? (value: number) => costText(key, value, budget?.unit) : number
    return [name, shownOr(from, show), shownOr(to, show), change, budgetText(budget, to, show, atMost)]
  }
  const [slow, fast] = [baseline?.latencyMs?.median, best?.latencyMs?.median]
  const change = slow === undefined || fast === undefined ? '' : relativeChange(slow, fast)
  return [
    score('val'),
    ...(run?.budgets ?? []).flatMap(({ kind }) =>
      kind === 'macs' || kind === 'params' ? [] : [cost(kind === 'latency' ? 'predicted' : kind, kind)],
    ),
    cost('MACs', 'macs'),
    cost('params', 'params'),
    cost('bytes', 'bytes'),
    // Measured once, at the end.
    ...(best?.evaluation.scores.test === undefined ? [] : [score('test')]),
    ...(slow === undefined && fast === undefined
      ? []
      : [['latency', shownOr(slow, milliseconds), shownOr(fast, milliseconds), change, ''] as const]),
  ]
}

function shownOr(value: number | undefined, show: (value: number) => string): string {
  return value === undefined ? '-' : show(value)
}

function budgetText(
  budget: BudgetSummary | undefined,
  value: number | undefined,
  number: (value: number) => string,
  atMost: string,
): string {
  if (budget === undefined) return ''
  const state = value === undefined ? '' : value <= budget.limit ? ' met' : ' NOT met'
  return `${atMost} ${number(budget.limit)}${state}`
}
