import type { RunEvent } from '../search/events.js'

/** What a worker thread of the newest process did. */
export interface WorkerView {
  readonly worker: number
  /** Trials it evaluated, and how long that took in all, ms. */
  readonly trials: number
  readonly busyMs: number
  readonly lastTrial: number
  readonly lastMs: number
  /** When it last told of one, ms since the epoch. */
  readonly lastAt: number
  /** Bytes of its own heap and arrays after that; null where it did not say. */
  readonly memory: number | null
}

/** The worker threads of the newest process. */
export interface Crew {
  /** Those that work, by number. */
  readonly workers: readonly WorkerView[]
  /** Threads that took the place of one that ended: for its memory, or because it died. */
  readonly restarts: number
  /** The highest number seen: threads are numbered in the order in which they start. */
  readonly highest: number
}

export const emptyCrew: Crew = { workers: [], restarts: 0, highest: -1 }

type Told = Extract<RunEvent, { type: 'trial-told' }>

/**
 * The crew after a told trial.
 * @param places how many threads work at a time: one more takes the place of the one that was silent the longest
 */
export function withWork(crew: Crew, event: Told, places: number): Crew {
  const { worker, trial, elapsedMs, at, memory } = event
  if (worker === null) return crew
  const known = crew.workers.find(other => other.worker === worker)
  const work: WorkerView = {
    worker,
    trials: (known?.trials ?? 0) + 1,
    busyMs: (known?.busyMs ?? 0) + elapsedMs,
    lastTrial: trial,
    lastMs: elapsedMs,
    lastAt: at,
    memory: memory?.worker ?? known?.memory ?? null,
  }
  const others = crew.workers.filter(other => other !== known)
  const isFull = known === undefined && others.length >= places
  const silent = isFull ? others.reduce((a, b) => (b.lastTrial < a.lastTrial ? b : a)) : null
  return {
    workers: [...others.filter(other => other !== silent), work].sort((a, b) => a.worker - b.worker),
    restarts: crew.restarts + (isFull && worker > crew.highest ? 1 : 0),
    highest: Math.max(crew.highest, worker),
  }
}
