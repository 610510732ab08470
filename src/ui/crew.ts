import type { RunEvent } from '../search/events.js'

type Told = Extract<RunEvent, { type: 'trial-told' }>
type TaskBegun = Extract<RunEvent, { type: 'task-begun' }>

/** What a worker thread of the newest process does and did. */
export interface WorkerView {
  readonly worker: number
  /** What it took up last, and when, ms since the epoch; null where that is told, or was not seen. */
  readonly present: Pick<TaskBegun, 'task' | 'at'> | null
  /** Trials it evaluated, and how long that took in all, ms. */
  readonly trials: number
  readonly busyMs: number
  /** The last of them, how long it took, and when it was told. */
  readonly last: { readonly trial: number; readonly ms: number; readonly at: number } | null
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

/**
 * The crew after a told trial.
 * @param places how many threads work at a time
 */
export function withWork(crew: Crew, event: Told, places: number): Crew {
  const { worker, trial, elapsedMs: ms, at, memory } = event
  if (worker === null) return crew
  // Results are told in order, some after their thread has ended.
  if (isFull(crew, worker, places) && worker < crew.highest) return crew
  return withWorker(crew, worker, places, known => ({
    ...known,
    present:
      known.present?.task.kind === 'trial' && known.present.task.trial === trial ? null : known.present,
    trials: known.trials + 1,
    busyMs: known.busyMs + ms,
    last: { trial, ms, at },
    memory: memory?.worker ?? known.memory,
  }))
}

/** The crew after a thread took up a task. */
export function withTask(crew: Crew, { worker, task, at }: TaskBegun, places: number): Crew {
  return withWorker(crew, worker, places, known => ({ ...known, present: { task, at } }))
}

function isFull({ workers }: Crew, worker: number, places: number): boolean {
  return workers.length >= places && !workers.some(other => other.worker === worker)
}

/** The crew with a change of one of its threads; where that is one too many, it takes the place of the one silent the longest. */
function withWorker(
  crew: Crew,
  worker: number,
  places: number,
  change: (known: WorkerView) => WorkerView,
): Crew {
  const fresh: WorkerView = { worker, present: null, trials: 0, busyMs: 0, last: null, memory: null }
  const known = crew.workers.find(other => other.worker === worker)
  const others = crew.workers.filter(other => other !== known)
  const isOneMore = isFull(crew, worker, places)
  const silent = isOneMore ? others.reduce((a, b) => (heardOf(b) < heardOf(a) ? b : a)) : null
  return {
    workers: [...others.filter(other => other !== silent), change(known ?? fresh)].sort(
      (a, b) => a.worker - b.worker,
    ),
    restarts: crew.restarts + (isOneMore && worker > crew.highest ? 1 : 0),
    highest: Math.max(crew.highest, worker),
  }
}

function heardOf({ present, last }: WorkerView): number {
  return Math.max(present?.at ?? 0, last?.at ?? 0)
}
