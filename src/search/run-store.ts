import type { AgentState } from '../../agents/agent.js'
import type { RunEvent } from './events.js'
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

/** Reading a run while another process writes it, without ever blocking or breaking it. */
export interface RunReader {
  /** The newest row of every trial, by number. */
  trials(): Promise<readonly Trial[]>
  /** What trials scored on the rungs above the first, by rung and trial. */
  climbs(): Promise<readonly Climb[]>
  finalists(): Promise<readonly Finalist[]>
  /** The agent's state after the last told trial; null before the first, or where a repaired run has lost it. */
  checkpoint(): Promise<Checkpoint | null>
  /** Events after the given id (0: from the start), in order, with the id to go on from. */
  events(after: number): Promise<{ readonly events: readonly RunEvent[]; readonly last: number }>
  close(): Promise<void>
}
