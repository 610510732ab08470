import Table from 'cli-table3'
import type { ModelReport } from '../search/events.js'
import { milliseconds, percent, whole } from './format.js'

/** The original beside the compressed model. */
export interface Summary {
  readonly original: ModelReport
  readonly compressed: ModelReport
  /** Validation accuracy of the chosen trial before it was fine-tuned. */
  readonly before: number | null
}

/** Borders that any terminal can draw. */
const ascii = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '+',
  mid: '-',
  'mid-mid': '+',
  right: '|',
  'right-mid': '+',
  middle: '|',
} as const

/** Whether the locale can show line drawing. */
export function isUnicode(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return /utf-?8/i.test(locale)
}

/** The table at the end of a run; no colours. */
export function summaryTable({ original, compressed, before }: Summary, unicode = isUnicode()): string {
  const table = new Table({
    head: ['', 'original', 'compressed', 'change'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
    ...(unicode ? {} : { chars: ascii }),
  })
  const ratio = (from: number, to: number) => percent(to / from - 1, 1)
  const counts = [
    ['MACs', 'macs'],
    ['parameters', 'params'],
    ['bytes of the file', 'bytes'],
  ] as const
  for (const [title, key] of counts) {
    table.push([
      title,
      whole(original.cost[key]),
      whole(compressed.cost[key]),
      ratio(original.cost[key], compressed.cost[key]),
    ])
  }
  for (const split of ['val', 'test'] as const) {
    const [from, to] = [original.scores[split], compressed.scores[split]]
    if (from === undefined || to === undefined) continue
    const points = `${to.top1 >= from.top1 ? '+' : ''}${((to.top1 - from.top1) * 100).toFixed(2)} points`
    table.push([`${split} accuracy (n = ${whole(to.n)})`, percent(from.top1), percent(to.top1), points])
  }
  if (before !== null) table.push(['  val before fine-tuning', '', percent(before), ''])
  const [slow, fast] = [original.latencyMs, compressed.latencyMs]
  if (slow !== null && fast !== null) {
    table.push([
      `latency, median of ${slow.n}`,
      milliseconds(slow.median),
      milliseconds(fast.median),
      ratio(slow.median, fast.median),
    ])
    const range = ({ p10, p90 }: { readonly p10: number; readonly p90: number }) =>
      `${milliseconds(p10)}, ${milliseconds(p90)}`
    table.push(['  p10, p90', range(slow), range(fast), ''])
  }
  return table.toString()
}
