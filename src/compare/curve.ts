import { max, median, min } from 'simple-statistics'
import type { ComparedRun } from './run.js'

/** The best validation accuracy of several runs when each had spent as much. */
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

/** The best so far over the runs of a group, by what was spent. */
export function curveOf(runs: readonly Searched[], by: Axis): readonly CurvePoint[] {
  switch (by) {
    case 'evaluations': {
      const longest = Math.max(0, ...runs.map(({ told }) => told.length))
      return Array.from({ length: longest }, (_, i) =>
        pointOf(
          i + 1,
          runs.map(({ told }) => told[i]?.best),
        ),
      ).flat()
    }
    case 'time': {
      const times = [...new Set(runs.flatMap(({ told }) => told.map(({ ms }) => ms)))].sort((a, b) => a - b)
      const columns = runs.map(run => bestAtTimes(run, times))
      return times.flatMap((ms, i) =>
        pointOf(
          ms,
          columns.map(column => column[i]),
        ),
      )
    }
  }
}

/** The best of a run at each of some rising times. A search that is over keeps its best; of one under way no more is known. */
function bestAtTimes({ told, planned }: Searched, times: readonly number[]): readonly (number | null)[] {
  let next = 0
  return times.map(ms => {
    while (next < told.length && told[next]!.ms <= ms) next++
    const isKnown = next < told.length || told.length === planned || told.at(-1)?.ms === ms
    return isKnown ? (told[next - 1]?.best ?? null) : null
  })
}

function pointOf(spent: number, bests: readonly (number | null | undefined)[]): readonly CurvePoint[] {
  const known = bests.filter(best => best !== null && best !== undefined)
  if (known.length === 0) return []
  return [{ spent, median: median(known), low: min(known), high: max(known), n: known.length }]
}
