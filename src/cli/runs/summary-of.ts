import type { RunEvent } from '../../search/events.js'
import { emptyView, reduce } from '../../ui/state.js'
import { summaryTable } from '../../ui/summary.js'

/** The table of a run that has chosen its model; null before that. */
export function summaryOf(events: readonly RunEvent[]): string | null {
  const { run, baseline, chosen, finalists } = events.reduce(reduce, emptyView)
  if (baseline === null || chosen === null) return null
  const before =
    finalists.find(finalist => finalist.trial === chosen.trial)?.before?.scores.val?.score ?? null
  return summaryTable({ original: baseline, compressed: chosen.report, before, budgets: run?.budgets ?? [] })
}
