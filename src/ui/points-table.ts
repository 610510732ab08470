import { costLabels, costText } from './cost-text.js'
import { percent } from './format.js'
import { plainTable } from './table.js'
import type { RunView } from './view.js'

/** The models of several points, a row for each; null where there are none. */
export function pointsTable({ points, baseline }: Pick<RunView, 'points' | 'baseline'>): string | null {
  const [first] = points
  if (first === undefined) return null
  const { kind } = first.point
  const table = plainTable(
    ['point', 'trial', costLabels[kind], 'of original', 'before fine-tuning', 'val', 'test', '', 'file'],
    ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left', 'left'],
  )
  for (const { point, trial, before, report, file } of points) {
    const value = report.confirmed?.[kind] ?? report.cost[kind] ?? Number.NaN
    const score = (scores: typeof before.scores, split: 'val' | 'test') => {
      const found = scores[split]
      return found === undefined ? '' : percent(found.score)
    }
    table.push([
      `${kind}=${point.asked}`,
      String(trial),
      costText(kind, value),
      percent(value / (baseline?.cost[kind] ?? Number.NaN), 1),
      score(before.scores, 'val'),
      score(report.scores, 'val'),
      score(report.scores, 'test'),
      value <= point.limit ? 'met' : 'NOT met',
      file.replace(/^.*[\\/]/, ''),
    ])
  }
  return table.toString()
}
