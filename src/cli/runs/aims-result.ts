import { basename, join } from 'node:path'
import type { Evaluation } from '../../evaluate/evaluation.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunEvent } from '../../search/events.js'
import type { MaxDrop } from '../../search/limit.js'
import { pointsOf } from '../../search/points.js'
import { dropOf } from '../../search/reward.js'

/** The model of a point: its scores before and after fine-tuning, and its file; null before there is one. */
export interface PointResult {
  readonly budget: { readonly kind: string; readonly asked: string; readonly limit: number }
  /** What it costs, in the unit of the kind; measured where the budget's is. */
  readonly value: number | null
  readonly met: boolean
  readonly trial: number | null
  readonly before: Evaluation['scores'] | null
  readonly after: Evaluation['scores'] | null
  readonly file: string | null
}

/** @param folder where the run is now; it may have been made elsewhere */
export function pointResults(
  definition: Pick<RunDefinition, 'budgets' | 'points'>,
  events: readonly RunEvent[],
  folder: string,
): readonly PointResult[] {
  return pointsOf(definition).map(({ kind, asked, limit }) => {
    const budget = { kind, asked, limit }
    const chosen = events.findLast(
      (event): event is Extract<RunEvent, { type: 'point-chosen' }> =>
        event.type === 'point-chosen' && event.point.asked === asked,
    )
    if (chosen === undefined)
      return { budget, value: null, met: false, trial: null, before: null, after: null, file: null }
    const { trial, before, report } = chosen
    const file = join(folder, basename(chosen.file))
    const value = report.confirmed?.[kind] ?? report.cost[kind] ?? null
    const met = value !== null && value <= limit
    return { budget, value, met, trial, before: before.scores, after: report.scores, file }
  })
}

/** By how many points the validation score fell, null before the first trial. */
export function maxDropResult(
  { limit, minimize }: MaxDrop,
  chosen: Evaluation | undefined,
  original: Evaluation | undefined,
) {
  const value = chosen === undefined || original === undefined ? null : dropOf(chosen, original)
  return { limit, value, met: value !== null && value <= limit, minimize }
}
