import { type CurvePoint, curveOf } from './curve.js'
import { type Paired, pairedWith } from './paired.js'
import { bestOf, type ComparedRun, groupsOf } from './run.js'
import { reached, type Summary, summaries } from './summary.js'
import type { Told } from './told.js'

/** What `pare compare --json` prints. Accuracies are fractions, times ms; null where there is no such figure yet. */
export interface ComparisonResult {
  /** The comparison's folder; null of runs that were named one by one. */
  readonly comparison: string | null
  readonly finished: boolean
  readonly groups: readonly (Summary & {
    readonly byEvaluations: readonly CurvePoint[]
    readonly byTime: readonly CurvePoint[]
  })[]
  readonly paired: readonly Paired[]
  readonly runs: readonly (Omit<ComparedRun, 'told'> & {
    readonly best: number | null
    readonly reach: Told | null
    readonly curve: readonly Told[]
  })[]
}

/** @param against the group that the others are held against, which there is; the first where it is not said */
export function comparisonResult(
  comparison: string | null,
  runs: readonly ComparedRun[],
  { against, reach }: { readonly against?: string | undefined; readonly reach?: number | undefined },
): ComparisonResult {
  const groups = groupsOf(runs)
  return {
    comparison,
    finished: runs.every(({ finished }) => finished),
    groups: summaries(runs, reach ?? null).map(summary => {
      const own = runs.filter(({ group }) => group === summary.group)
      return { ...summary, byEvaluations: curveOf(own, 'evaluations'), byTime: curveOf(own, 'time') }
    }),
    paired: pairedWith(runs, against ?? groups[0] ?? ''),
    runs: runs.map(({ told, ...run }) => ({
      ...run,
      best: bestOf({ told }),
      reach: reach === undefined ? null : reached({ told }, reach),
      curve: told,
    })),
  }
}
