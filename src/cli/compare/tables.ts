import type { Measure, Paired } from '../../compare/paired.js'
import { type Spread, type Summary, shares } from '../../compare/summary.js'
import { duration, points, whole } from '../../ui/format.js'
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
      ...after.map(({ best }) => (best === null ? '-' : inPercent(best.median))),
      best === null ? '-' : `${inPercent(best.min)}-${inPercent(best.max)}`,
    ])
  }
  return `best validation ${name} in % after a share of the search, median and range:\n${table}`
}

function evaluationsText({ told, planned }: Summary['evaluations'], runs: number): string {
  if (told < planned) return `${whole(told)} of ${whole(planned)}`
  return runs === 1 ? whole(told) : `${runs} x ${whole(told / runs)}`
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
  return `spent until the best validation ${name} was ${inPercent(asked)} %, median of all runs:\n${table}`
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
  const fewest = paired.reduce((few, one) => (one.seeds.length < few.seeds.length ? one : few))
  const { length } = fewest.seeds
  const seeds = length === 1 ? 'a single seed' : `${length} seeds`
  return [
    'difference seed by seed, and its two-sided p by the sign-flip permutation test:',
    table.toString(),
    `With ${seeds} p cannot fall below ${fewest.leastP}.`,
  ].join('\n')
}

const measureNames = {
  best: 'best val of the search',
  val: 'val of the chosen',
  test: 'test of the chosen',
} as const satisfies Record<Measure, string>

/** A fraction in percent, without its sign. */
function inPercent(fraction: number): string {
  return (fraction * 100).toFixed(2)
}

function spreadText(spread: Spread | null): string {
  if (spread === null) return '-'
  const { median, min, max, n } = spread
  return n === 1 ? inPercent(median) : `${inPercent(median)} (${inPercent(min)}-${inPercent(max)})`
}
