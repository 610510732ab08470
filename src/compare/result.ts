import { type CurvePoint, curveOf } from './curve.js'
import { type Paired, pairedWith } from './paired.js'
import { bestOf, type ComparedRun, groupsOf } from './run.js'
import { type Reach, reached, type Summary, summaries } from './summary.js'
import type { Told } from './told.js'

/**
 * What `pare compare --json` prints. Scores are fractions, times ms; null where there is no such figure yet. Where the metric
 * is top-1, a score goes by the name of accuracy too.
 */
export interface ComparisonResult {
  /** The comparison's folder; null of runs that were named one by one. */
  readonly comparison: string | null
  readonly finished: boolean
  /** What the scores are, as `--metric` has it. */
  readonly metric: string
  readonly groups: readonly (Omit<Summary, 'reach'> & {
    readonly reach: Named<Reach> | null
    readonly byEvaluations: readonly CurvePoint[]
    readonly byTime: readonly CurvePoint[]
  })[]
  readonly paired: readonly Paired[]
  readonly runs: readonly (Omit<ComparedRun, 'told'> & {
    readonly best: number | null
    readonly reach: Named<Told> | null
    readonly curve: readonly Named<Told>[]
  })[]
}

type Named<T extends { readonly score: number | null }> = T & { readonly accuracy?: T['score'] }

/** @param against the group that the others are held against, which there is; the first where it is not said */
export function comparisonResult(
  comparison: string | null,
  runs: readonly ComparedRun[],
  { against, reach }: { readonly against?: string | undefined; readonly reach?: number | undefined },
): ComparisonResult {
  const groups = groupsOf(runs)
  const metric = runs[0]?.metric ?? 'top1'
  const named = <T extends { readonly score: number | null }>(one: T): Named<T> =>
    metric === 'top1' ? { ...one, accuracy: one.score } : one
  return {
    comparison,
    finished: runs.every(({ finished }) => finished),
    metric,
    groups: summaries(runs, reach ?? null).map(summary => {
      const own = runs.filter(({ group }) => group === summary.group)
      return {
        ...summary,
        reach: summary.reach === null ? null : named(summary.reach),
        byEvaluations: curveOf(own, 'evaluations'),
        byTime: curveOf(own, 'time'),
      }
    }),
    paired: pairedWith(runs, against ?? groups[0] ?? ''),
    runs: runs.map(({ told, ...run }) => {
      const first = reach === undefined ? null : reached({ told }, reach)
      return {
        ...run,
        best: bestOf({ told }),
        reach: first === null ? null : named(first),
        curve: told.map(named),
      }
    }),
  }
}
