import type { Evaluation } from '../evaluate/evaluation.js'
import type { Policy } from './policy.js'

/** One step of a rollout: what the agent saw and what the environment really did. */
export interface Transition {
  /** The features the agent saw, each in [0,1]. */
  readonly observation: readonly number[]
  /** The executed action: the share of channels kept after rounding and the budget, in (0,1]. */
  readonly action: number
}

/** The steps that led to a policy, in decision order. */
export type Trajectory = readonly Transition[]

/** What became of a trial. `cachedFrom` names the trial whose evaluation of the same policy was reused. */
export type TrialState =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'finished'
      readonly evaluation: Evaluation
      readonly reward: number
      readonly cachedFrom: number | null
    }
  | { readonly kind: 'failed'; readonly reason: string }

/** One candidate of a search. Numbers count from 0; a retry is a new row that names the row it repeats. */
export interface Trial {
  readonly number: number
  readonly policy: Policy
  readonly policyHash: string
  readonly trajectory: Trajectory
  readonly state: TrialState
  /** How many times this number was begun before and lost with its process. */
  readonly attempt: number
}
