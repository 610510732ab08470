import { max, median, min } from 'simple-statistics'
import type { ComparedRun } from './run.js'

/** The best validation score of several runs when each had spent as much. */
export interface CurvePoint {
  /** Evaluations, or wall time in ms. */
  readonly spent: number
  readonly median: number
  readonly low: number
  readonly high: number
  /** Of how many runs; those that have not come so far are left out. */
  readonly n: number
}

/** What a curve is drawn by. */
export const axes = ['evaluations', 'time'] as const

export type Axis = (typeof axes)[number]

type Searched = Pick<ComparedRun, 'told' | 'planned'>

/**
 * The best so far over the runs of a group, by what was spent. It begins when all that have found anything have found
 * something, as a median over ever more runs would seem to fall.
 */
export function curveOf(runs: readonly Searched[], by: Axis): readonly CurvePoint[] {
  const found = runs.filter(({ told }) => (told.at(-1)?.best ?? null) !== null)
  const spent = spentBy(found, by)
  const columns = found.map(run => bestAt(run, spent, by))
  const start = Math.max(0, ...columns.map(column => column.findIndex(best => best !== null)))
  return spent.slice(start).flatMap((value, i) =>
    pointOf(
      value,
      columns.map(column => column[start + i] ?? null),
    ),
  )
}

/** What was spent whenever a trial of any run was told, rising. */
function spentBy(runs: readonly Searched[], by: Axis): readonly number[] {
  switch (by) {
    case 'evaluations':
      return Array.from({ length: Math.max(0, ...runs.map(({ told }) => told.length)) }, (_, i) => i + 1)
    case 'time':
      return [...new Set(runs.flatMap(({ told }) => told.map(({ ms }) => ms)))].sort((a, b) => a - b)
  }
}

/** The best of a run when it had spent so much; null where it had found nothing, and behind what is known of it. */
function bestAt(run: Searched, spent: readonly number[], by: Axis): readonly (number | null)[] {
  const { told, planned } = run
  switch (by) {
    case 'evaluations':
      return spent.map(evaluations => told[evaluations - 1]?.best ?? null)
    case 'time': {
      let next = 0
      return spent.map(ms => {
        while (next < told.length && told[next]!.ms <= ms) next++
        // A search that is over keeps its best; of one under way no more is known.
        const isKnown = next < told.length || told.length === planned || told.at(-1)?.ms === ms
        return isKnown ? (told[next - 1]?.best ?? null) : null
      })
    }
  }
}

function pointOf(spent: number, bests: readonly (number | null)[]): readonly CurvePoint[] {
  const known = bests.filter(best => best !== null)
  if (known.length === 0) return []
  return [{ spent, median: median(known), low: min(known), high: max(known), n: known.length }]
}
