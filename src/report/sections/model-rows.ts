import type { OutputScore, SplitName, SplitScore } from '../../evaluate/evaluation.js'
import type { BudgetKind } from '../../graph/cost-kinds.js'
import { aimedCosts, unitOfCost } from '../../search/aimed-costs.js'
import type { RunDefinition } from '../../search/definition.js'
import type { ModelReport } from '../../search/events.js'
import { costText } from '../../ui/cost-text.js'
import { milliseconds, percent, points, relativeChange, whole } from '../../ui/format.js'
import { fractions, scoreName } from '../../ui/score-text.js'
import { scoreWithError } from './score.js'

/** A figure of the original and of the result, and what changed. */
export type ModelRow = readonly [title: string, original: string, result: string, change: string]

/** What costs are called where there is room. */
export const costTitles = {
  macs: 'MACs',
  params: 'parameters',
  bytes: 'bytes of the .onnx file',
  size: 'bytes as decided',
  bitops: 'bit operations',
  latency: 'predicted latency',
  energy: 'predicted energy',
} as const satisfies Record<BudgetKind | 'bytes', string>

const costOrder = ['macs', 'params', 'bytes', 'size', 'bitops', 'latency', 'energy'] as const

/** The figures of two models side by side; what only one has is left out. */
export function modelRows(
  definition: Pick<RunDefinition, 'predictors' | 'budgets' | 'maxDrop'>,
  original: ModelReport,
  result: ModelReport,
): readonly ModelRow[] {
  return [
    ...(['test', 'val'] as const).flatMap(split => splitRows(split, original, result)),
    ...costRows(definition, original, result),
    ...latencyRows(original, result),
  ]
}

function splitRows(split: SplitName, original: ModelReport, result: ModelReport): readonly ModelRow[] {
  const [from, to] = [original.scores[split], result.scores[split]]
  if (from === undefined || to === undefined) return []
  const n = from.n === to.n ? whole(to.n) : `${whole(from.n)}, ${whole(to.n)}`
  const title = `${split} ${scoreName(to)} (n = ${n})`
  return [
    [title, scoreWithError(from), scoreWithError(to), points(from.score, to.score)],
    ...figureRows(split, from, to, to.metric),
    ...outputRows(split, from, to),
  ]
}

function outputRows(split: SplitName, from: SplitScore, to: SplitScore): readonly ModelRow[] {
  return Object.entries(to.outputs ?? {}).flatMap(([name, output]) => {
    const before = from.outputs?.[name]
    if (before === undefined) return []
    const prefix = `${split}, ${name}:`
    // What an output counts for is mostly one of its other figures.
    const isOwn = fractions.every(([key]) => output[key] !== output.score)
    const score: ModelRow = [
      `${prefix} score`,
      percent(before.score),
      percent(output.score),
      points(before.score, output.score),
    ]
    return [...(isOwn ? [score] : []), ...figureRows(prefix, before, output, '')]
  })
}

function figureRows(prefix: string, from: OutputScore, to: OutputScore, shown: string): readonly ModelRow[] {
  return [
    ...fractions.flatMap(([key, name]): ModelRow[] => {
      const [before, after] = [from[key], to[key]]
      if (before === undefined || after === undefined || key === shown) return []
      return [[`${prefix} ${name}`, percent(before), percent(after), points(before, after)]]
    }),
    ...(from.mse === undefined || to.mse === undefined
      ? []
      : [
          [
            `${prefix} mean squared error`,
            from.mse.toPrecision(4),
            to.mse.toPrecision(4),
            relativeChange(from.mse, to.mse),
          ] as const,
        ]),
    [`${prefix} loss`, from.loss.toFixed(4), to.loss.toFixed(4), relativeChange(from.loss, to.loss)],
  ]
}

function costRows(
  definition: Pick<RunDefinition, 'predictors' | 'budgets' | 'maxDrop'>,
  original: ModelReport,
  result: ModelReport,
): readonly ModelRow[] {
  const aimed = aimedCosts(definition)
  // Of a float network the bytes as decided are those of its file, and bit operations tell what MACs do.
  const isSame = original.cost.size === original.cost.bytes && result.cost.size === result.cost.bytes
  return costOrder
    .filter(kind => !((kind === 'size' || kind === 'bitops') && isSame && !aimed.includes(kind)))
    .flatMap((kind): ModelRow[] => {
      const [from, to] = [original.cost[kind], result.cost[kind]]
      if (from === undefined || to === undefined || (from === 0 && to === 0)) return []
      const unit = kind === 'bytes' ? undefined : unitOfCost(definition, kind)
      return [
        [costTitles[kind], costText(kind, from, unit), costText(kind, to, unit), relativeChange(from, to)],
      ]
    })
}

function latencyRows(original: ModelReport, result: ModelReport): readonly ModelRow[] {
  const [slow, fast] = [original.latencyMs, result.latencyMs]
  if (slow === null || fast === null) return []
  const n = slow.n === fast.n ? whole(fast.n) : `${whole(slow.n)}, ${whole(fast.n)}`
  const spread = ({ p10, p90 }: typeof slow) => `${milliseconds(p10)} to ${milliseconds(p90)}`
  return [
    [
      `measured latency, median (n = ${n})`,
      milliseconds(slow.median),
      milliseconds(fast.median),
      relativeChange(slow.median, fast.median),
    ],
    ['measured latency, 10th to 90th percentile', spread(slow), spread(fast), ''],
  ]
}
