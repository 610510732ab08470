import type { RunDefinition } from '../search/definition.js'
import type { RunEvent } from '../search/events.js'
import type { Checkpoint } from '../search/run-store.js'
import type { Climb, Finalist, Trial } from '../search/trial.js'
import type { Salvaged } from './salvage.js'

/** A run that a search can go on with: told trials without a gap, those in flight, and what belongs to them. */
export interface Consistent {
  readonly told: readonly Trial[]
  readonly running: readonly Trial[]
  readonly climbs: readonly Climb[]
  readonly finalists: readonly Finalist[]
  readonly events: readonly RunEvent[]
  readonly checkpoint: Checkpoint | null
  /** What became of the agent's state: without it, the agent learns again from the told trials. */
  readonly agent: 'kept' | 'none' | 'lost' | 'newer than the trials' | 'of trials in flight that are lost'
  /** Trials that were told but come after a lost one: they are run again. */
  readonly again: number
}

/** The longest run that follows from what was salvaged. */
export function consistentRun(
  { trials, climbs, finalists, events, checkpoint }: Salvaged,
  { trials: planned, inFlight }: Pick<RunDefinition, 'trials' | 'inFlight'>,
): Consistent {
  const newest = newestByNumber(trials.items)
  const told: Trial[] = []
  for (let next = newest.get(0); next !== undefined && isTold(next); next = newest.get(told.length))
    told.push(next)
  const running: Trial[] = []
  const end = Math.min(planned, told.length + inFlight)
  for (let number = told.length; number < end; number++) {
    const trial = newest.get(number)
    if (trial === undefined) break
    running.push({ ...trial, state: { kind: 'running' } })
  }
  const again = [...newest.values()].filter(trial => isTold(trial) && trial.number >= told.length).length
  const known = (trial: number) => trial < told.length
  const agent = agentOf(checkpoint, told.length, told.length + running.length, { trials: planned, inFlight })
  return {
    told,
    running,
    again,
    agent,
    checkpoint: agent === 'kept' ? checkpoint : null,
    climbs: uniqueBy(climbs.items, ({ trial, rung }) => `${trial} ${rung}`).filter(({ trial }) =>
      known(trial),
    ),
    finalists: uniqueBy(finalists.items, ({ trial }) => String(trial)).filter(({ trial }) => known(trial)),
    events: events.items.filter(event => belongs(event, told.length, told.length + running.length, planned)),
  }
}

function isTold({ state }: Trial): boolean {
  return state.kind === 'finished' || state.kind === 'failed'
}

/** A row that was told stands for its trial, else the newest. */
function newestByNumber(rows: readonly Trial[]): ReadonlyMap<number, Trial> {
  const newest = new Map<number, Trial>()
  for (const row of rows) {
    const known = newest.get(row.number)
    if (known === undefined || isTold(row) || !isTold(known)) newest.set(row.number, row)
  }
  return newest
}

function agentOf(
  checkpoint: Checkpoint | null,
  told: number,
  begun: number,
  { trials, inFlight }: Pick<RunDefinition, 'trials' | 'inFlight'>,
): Consistent['agent'] {
  if (checkpoint === null) return told === 0 ? 'none' : 'lost'
  if (checkpoint.trial >= told) return 'newer than the trials'
  if (checkpoint.trial >= 0 && begun < Math.min(checkpoint.trial + 1 + inFlight, trials))
    return 'of trials in flight that are lost'
  return 'kept'
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map(item => [key(item), item])).values()]
}

/** Whether an event tells of what is kept; the rest will be told again. */
function belongs(event: RunEvent, told: number, begun: number, planned: number): boolean {
  switch (event.type) {
    case 'trial-begun':
      return event.trial < begun
    case 'trial-told':
    case 'climb-told':
    case 'finalist-begun':
    case 'finalist-progress':
    case 'finalist-told':
    case 'finalist-failed':
    case 'finalist-measured':
      return event.trial < told
    case 'point-chosen':
    case 'chosen':
    case 'run-ended':
      return told >= planned
    case 'run-started':
    case 'preparing':
    case 'sites-weighed':
    case 'sensitivity-measured':
    case 'baseline':
    case 'rung-begun':
    case 'task-begun':
    case 'paused':
    case 'continued':
    case 'restarted':
      return true
  }
}
