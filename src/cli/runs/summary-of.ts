import type { RunEvent } from '../../search/events.js'
import { pointsTable } from '../../ui/points-table.js'
import { emptyView, reduce } from '../../ui/state.js'
import { summaryTable } from '../../ui/summary.js'

/** The table of a run that has chosen its model; null before that. */
export function summaryOf(events: readonly RunEvent[]): string | null {
  const view = events.reduce(reduce, emptyView)
  const { run, baseline, chosen, finalists } = view
  if (baseline === null || chosen === null) return null
  const before =
    finalists.find(finalist => finalist.trial === chosen.trial)?.before?.scores.val?.score ?? null
  const summary = summaryTable({
    original: baseline,
    compressed: chosen.report,
    before,
    budgets: run?.budgets ?? [],
    ...(run?.maxDrop === undefined ? {} : { maxDrop: run.maxDrop }),
  })
  const points = pointsTable(view)
  return points === null ? summary : `${summary}\n${points}`
}
