import type { Policy } from '../src/compress/policy.js'

/** What an agent decides on at one site: what it sees, and the interval of actions that are legal there. */
export interface Decision {
  /** Site number in decision order, from 0. */
  readonly site: number
  /** Features of the site and of the state of the budget, each in [0,1]. */
  readonly observation: readonly number[]
  /** Smallest and largest legal action, in (0,1]: the share of a group's channels kept, or the place of a number of bits. */
  readonly low: number
  readonly high: number
  /** The action that, taken here and at all later sites, uses the rest of the budget up; within [low, high]. */
  readonly middle: number
}

/** What a step did: the action that stands for the value really taken, and the next decision (null after the last). */
export interface Step {
  readonly executed: number
  readonly next: Decision | null
}

/**
 * A sequence of decisions that ends in a policy. Synchronous and cheap: it never asks for accuracy, so that many
 * episodes can be in flight; the reward comes later from the trial.
 */
export interface Env {
  /** How many decisions an episode has. */
  readonly sites: number
  /** How many features an observation has. */
  readonly features: number
  reset(): Decision
  /** Executes the legal action nearest to `action`. @throws RangeError after the last decision. */
  step(action: number): Step
  /** What was decided, after the last step. */
  policy(): Policy
}
