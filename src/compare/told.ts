import type { RunEvent } from '../search/events.js'

/** A told trial as a comparison counts it. */
export interface Told {
  /** Trials told so far, this one included; those that were cached or failed count too. */
  readonly evaluations: number
  /** Wall time that the run had taken by then, ms. */
  readonly ms: number
  /** Validation score before fine-tuning, a fraction; null where the trial failed, as all do that exceed a budget. */
  readonly score: number | null
  /** The best score so far; null before the first. */
  readonly best: number | null
}

/**
 * The trials of a run in the order in which they were told. Wall time is that between events of one process: what lies
 * between the end of a process and the start of the next is not counted, the preparation of each is.
 */
export function toldTrials(events: readonly RunEvent[]): readonly Told[] {
  const told: Told[] = []
  let best: number | null = null
  for (const { event, ms } of timed(events)) {
    if (event.type !== 'trial-told') continue
    const { state } = event
    const score = state.kind === 'finished' ? (state.evaluation.scores.val?.score ?? null) : null
    if (score !== null) best = Math.max(score, best ?? 0)
    told.push({ evaluations: told.length + 1, ms, score, best })
  }
  return told
}

/** Wall time that a run has taken in all, finals included, ms. */
export function workedTime(events: readonly RunEvent[]): number {
  return timed(events).at(-1)?.ms ?? 0
}

function timed(events: readonly RunEvent[]): readonly { readonly event: RunEvent; readonly ms: number }[] {
  let ms = 0
  return events.map((event, i) => {
    const before = events[i - 1]
    // A clock that is set back must not take time away.
    if (before !== undefined && event.type !== 'run-started') ms += Math.max(0, event.at - before.at)
    return { event, ms }
  })
}
