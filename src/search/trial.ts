import type { Transition } from '../../agents/agent.js'
import type { Policy } from '../compress/policy.js'
import type { Evaluation } from '../evaluate/evaluation.js'

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

/** One candidate of a search; numbers count from 0 and are told in order. */
export interface Trial {
  readonly number: number
  readonly policy: Policy
  readonly policyHash: string
  /** The executed steps that led to the policy, in decision order. */
  readonly trajectory: readonly Transition[]
  readonly state: TrialState
}

/** A trial without its steps: what is kept of the many that are told. */
export type TrialOutcome = Omit<Trial, 'trajectory'>

/** A trial on a rung above the first, fine-tuned for `steps`; its reward is that of what came out. */
export interface Climb {
  readonly trial: number
  readonly rung: number
  readonly steps: number
  readonly state: TrialState
}

/** A finalist after the finals: the trial it comes from, before and after fine-tuning, and its file in the run's folder. */
export interface Finalist {
  readonly trial: number
  readonly before: Evaluation
  readonly after: Evaluation
  readonly file: string
}
