import type { BudgetSummary, ModelReport } from '../search/events.js'
import type { MaxDrop } from '../search/limit.js'
import { dropOf } from '../search/reward.js'
import { isUnicode } from './charset.js'
import { costText } from './cost-text.js'
import { milliseconds, percent, points, relativeChange, whole } from './format.js'
import { scoreName } from './score-text.js'
import { plainTable } from './table.js'

/** The original beside the compressed model. */
export interface Summary {
  readonly original: ModelReport
  readonly compressed: ModelReport
  /** The validation score of the chosen trial before it was fine-tuned, a fraction; null where unknown. */
  readonly before: number | null
  readonly budgets?: readonly BudgetSummary[]
  /** Where the score may fall by no more than a limit. */
  readonly maxDrop?: MaxDrop
}

const kinds = {
  macs: 'MACs',
  params: 'parameters',
  size: 'bytes as decided',
  bitops: 'bit operations',
  latency: 'predicted latency',
  energy: 'predicted energy',
} as const

/**
 * The table at the end of a run, without colours: cost, score with its split and n, latency and budgets. What was
 * measured of one model only is left out. ASCII borders unless `unicode`.
 */
export function summaryTable(summary: Summary, unicode = isUnicode(process.env)): string {
  const { original, compressed, before, budgets = [], maxDrop } = summary
  const table = plainTable(
    ['', 'original', 'compressed', 'change'],
    ['left', 'right', 'right', 'right'],
    unicode,
  )
  const counts = [
    ['MACs', 'macs'],
    ['parameters', 'params'],
    ['bytes of the file', 'bytes'],
  ] as const
  const aimed = [...budgets.map(({ kind }) => kind), ...(maxDrop === undefined ? [] : [maxDrop.minimize])]
  const limited = [...new Set(aimed)].flatMap(kind =>
    counts.some(([, key]) => key === kind) ? [] : [[kinds[kind], kind] as const],
  )
  for (const [title, key] of [...counts, ...limited]) {
    const [from, to] = [original.cost[key], compressed.cost[key]]
    if (from === undefined || to === undefined) continue
    const unit = budgets.find(({ kind }) => kind === key)?.unit
    table.push([title, costText(key, from, unit), costText(key, to, unit), relativeChange(from, to)])
  }
  for (const split of ['val', 'test'] as const) {
    const [from, to] = [original.scores[split], compressed.scores[split]]
    if (from === undefined || to === undefined) continue
    const n = from.n === to.n ? whole(to.n) : `${whole(from.n)}, ${whole(to.n)}`
    table.push([
      `${split} ${scoreName(to)} (n = ${n})`,
      percent(from.score),
      percent(to.score),
      points(from.score, to.score),
    ])
    if (split === 'val' && before !== null) {
      table.push(['  before fine-tuning', '', percent(before), points(from.score, before)])
    }
  }
  const [slow, fast] = [original.latencyMs, compressed.latencyMs]
  if (slow !== null && fast !== null) {
    const n = slow.n === fast.n ? whole(fast.n) : `${whole(slow.n)}, ${whole(fast.n)}`
    const change = relativeChange(slow.median, fast.median)
    table.push([`latency, median (n = ${n})`, milliseconds(slow.median), milliseconds(fast.median), change])
    const row = (title: string, key: 'p10' | 'p90') => [
      title,
      milliseconds(slow[key]),
      milliseconds(fast[key]),
      '',
    ]
    table.push(row('  10th percentile', 'p10'), row('  90th percentile', 'p90'))
  }
  for (const { kind, limit, unit } of budgets) {
    const measured = compressed.confirmed?.[kind]
    const value = measured ?? compressed.cost[kind]
    const met = value !== undefined && value <= limit ? 'met' : 'NOT met'
    table.push([
      `budget: ${kinds[kind]}`,
      '',
      `<= ${costText(kind, limit, unit)}`,
      measured === undefined ? met : `${met}, measured ${costText(kind, measured, unit)}`,
    ])
  }
  if (maxDrop !== undefined) {
    const drop = dropOf(compressed, original)
    const met = drop <= maxDrop.limit ? 'met' : 'NOT met'
    table.push(['drop of the val score', '', `<= ${maxDrop.limit} pt`, met])
  }
  return table.toString()
}
