import type { AgentState } from '../../agents/agent.js'
import type { Milestone, RunEvent } from './events.js'
import type { Climb, Finalist, Trial } from './trial.js'

/** What one commit adds to a run. */
export interface Advance {
  /** The trial whose result the agent has just been told; its row was begun before. */
  readonly told?: Trial
  readonly begun?: readonly Trial[]
  /** The agent's state after learning from `told`. */
  readonly checkpoint?: AgentState
  readonly climb?: Climb
  readonly finalist?: Finalist
  readonly events?: readonly RunEvent[]
}

/** An agent's state as it is stored. */
export interface Checkpoint {
  /** The trial it was told last; -1 before the first. */
  readonly trial: number
  readonly state: AgentState
}

/** The record of a run, held by one owner at a time; every other process opens it as a `RunReader`. */
export interface RunStore extends RunReader {
  /** All of it in one transaction, or nothing. */
  advance(step: Advance): Promise<void>
  /**
   * Closes the rows that a dead owner left running and begins each of those trials again, with its policy, as a new row
   * that names the old one.
   */
  recover(): Promise<void>
}

/** How many trials there are by what became of them; `cached` are finished ones that took an earlier one's evaluation. */
export interface TrialCounts {
  readonly running: number
  readonly finished: number
  readonly failed: number
  readonly cached: number
}

/** What can be told of a run at once, however long it is. */
export interface RunOverview {
  counts(): Promise<TrialCounts>
  /** Null where there is none of that number. */
  trial(number: number): Promise<Trial | null>
  /** The finished trials of distinct policies with the highest rewards as they were told; of equals the earlier first. */
  best(limit: number): Promise<readonly Trial[]>
  /** Events other than those of which there is one a trial or more, in order. */
  milestones(): Promise<readonly Milestone[]>
  /** Time in which processes worked on trials: from the first one begun or told by each to its last, ms. */
  workedMs(): Promise<number>
}

/** Reading a run while another process writes it, without ever blocking or breaking it. */
export interface RunReader extends RunOverview {
  /** The newest row of every trial, by number. */
  trials(): Promise<readonly Trial[]>
  /** As `trials`, those from a number on and at most so many. */
  trialsFrom(number: number, limit: number): Promise<readonly Trial[]>
  /** Events of trials begun and told, from one trial to another inclusive, in order. */
  trialEvents(from: number, to: number): Promise<readonly RunEvent[]>
  /** What trials scored on the rungs above the first, by rung and trial. */
  climbs(): Promise<readonly Climb[]>
  finalists(): Promise<readonly Finalist[]>
  /** The agent's state after the last told trial; null before the first, or where a repaired run has lost it. */
  checkpoint(): Promise<Checkpoint | null>
  /** Events after the given id (0: from the start), in order and at most `limit`, with the id to go on from. */
  events(
    after: number,
    limit?: number,
  ): Promise<{ readonly events: readonly RunEvent[]; readonly last: number }>
  close(): Promise<void>
}

/** Trials that are in memory at a time. */
const PAGE = 500

/** Trials in order, page by page: those of a long run do not fit in memory. */
export async function* trialPages(
  reader: Pick<RunReader, 'trialsFrom'>,
  from = 0,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly Trial[], void, undefined> {
  for (let start = from; start < end; start += PAGE) {
    const most = Math.min(PAGE, end - start)
    const trials = await reader.trialsFrom(start, most)
    if (trials.length > 0) yield trials
    if (trials.length < most) return
  }
}
