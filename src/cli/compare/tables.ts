import type { Paired } from '../../compare/paired.js'
import { type Summary, shares } from '../../compare/summary.js'
import {
  accuracyText,
  evaluationsText,
  leastText,
  measureNames,
  rangeText,
  spreadText,
} from '../../ui/comparison-text.js'
import { duration, points } from '../../ui/format.js'
import { plainTable } from '../../ui/table.js'

/** How the search of each group went, a row for each: medians over its runs. @param name what the score is called */
export function searchTable(groups: readonly Summary[], name: string): string {
  const columns = shares.map(share => `${share * 100} %`)
  const table = plainTable(
    ['', 'seeds', 'evaluations', ...columns, 'range'],
    ['left', 'right', 'right', ...columns.map(() => 'right' as const), 'right'],
  )
  for (const { group, seeds, evaluations, after, best } of groups) {
    table.push([
      group,
      String(seeds.length),
      evaluationsText(evaluations, seeds.length),
      ...after.map(({ best }) => (best === null ? '-' : accuracyText(best.median))),
      best === null ? '-' : rangeText(best),
    ])
  }
  return `best validation ${name} in % after a share of the search, median and range:\n${table}`
}

/** What the runs of each group ended with, and what the searches took. */
export function endTable(groups: readonly Summary[], name: string): string {
  const table = plainTable(['', 'val', 'test', 'time'], ['left', 'right', 'right', 'right'])
  for (const { group, val, test, searchMs } of groups)
    table.push([
      group,
      spreadText(val),
      spreadText(test),
      searchMs === null ? '-' : duration(searchMs.median),
    ])
  return `the chosen model's ${name} in %, and the time of the search, median (range):\n${table}`
}

/** What was spent until the searches had the score that is asked for; empty where nothing is asked. */
export function reachTable(groups: readonly Summary[], name: string): string {
  const asked = groups[0]?.reach?.score ?? null
  if (asked === null) return ''
  const table = plainTable(['', 'evaluations', 'time', 'runs'], ['left', 'right', 'right', 'right'])
  for (const { group, seeds, reach } of groups) {
    if (reach === null) continue
    const { evaluations, ms, runs } = reach
    table.push([
      group,
      evaluations === null ? 'not reached' : String(evaluations),
      ms === null ? 'not reached' : duration(ms),
      `${runs} of ${seeds.length}`,
    ])
  }
  return `spent until the best validation ${name} was ${accuracyText(asked)} %, median of all runs:\n${table}`
}

/** Groups beside the one that they are held against, seed by seed. */
export function pairedTable(paired: readonly Paired[]): string {
  const [first] = paired
  if (first === undefined) return ''
  const table = plainTable(
    [`against ${first.against}`, 'of', 'seeds', 'mean difference', 'p'],
    ['left', 'left', 'right', 'right', 'right'],
  )
  for (const { group, measure, seeds, mean, p } of paired)
    table.push([group, measureNames[measure], String(seeds.length), points(0, mean), p.toFixed(3)])
  return [
    'difference seed by seed, and its two-sided p by the sign-flip permutation test:',
    table.toString(),
    leastText(paired),
  ].join('\n')
}
