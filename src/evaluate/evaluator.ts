import type { Policy } from '../compress/policy.js'
import type { Probe } from '../compress/probe.js'
import type { ModelFiles } from './deploy.js'
import type { Evaluation, SampleScores, SplitName, StageTimes } from './evaluation.js'

/** What is to be built, and for which trial. */
export interface Candidate extends Policy {
  readonly trial: number
}

/** A candidate on a rung of the ladder: how many steps of fine-tuning come before its score; 0 scores it as it is. */
export interface RungCandidate extends Candidate {
  readonly steps: number
}

/** Facts about a candidate, with what it took to get them. */
export interface Evaluated {
  readonly evaluation: Evaluation
  readonly times: StageTimes
  /** Worker thread that did it; 0 in the calling thread. */
  readonly worker: number
  /** Bytes of the worker's own heap and arrays afterwards, where it has any of its own. */
  readonly memory?: number
}

/** A candidate after fine-tuning: the .onnx file is the one that was scored. */
export interface FineTuned extends ModelFiles {
  readonly before: Evaluation
  readonly after: Evaluation
}

/** Samples that changes are compared on: so many from all over a split. */
export interface ProbeSamples {
  readonly split: SplitName
  readonly n: number
}

/** Asked between batches and steps whether to go on; an AbortSignal is one. */
export interface Cancellation {
  throwIfAborted(): void
}

/** How far a fine-tuning has come. */
export interface FineTuneProgress {
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly steps: number
  readonly loss: number
}

/**
 * Turns candidates into facts. The same candidate always gives the same facts, whatever else is evaluated beside it.
 * Rejects with the reason where a candidate cannot be evaluated, and with an AbortError once `signal` is aborted.
 */
export interface Evaluator {
  /** Slices, repairs, quantises, fine-tunes for the steps of the rung, and scores on the validation split. */
  evaluate(candidate: RungCandidate, signal: AbortSignal): Promise<Evaluated>
  /** Slices, repairs, quantises and fine-tunes in full; the epoch with the best validation accuracy is kept, the start included. */
  fineTune(
    candidate: Candidate,
    onProgress: (progress: FineTuneProgress) => void,
    signal: AbortSignal,
  ): Promise<FineTuned>
  /** Scores the original with one change, repaired where channels go; null for the original itself. */
  probe(probe: Probe | null, samples: ProbeSamples, signal: AbortSignal): Promise<SampleScores>
  close(): Promise<void>
}

/** A worker thread, by number, takes up a task: a trial, on a rung with so many steps of fine-tuning, and the like. */
export interface Begun {
  readonly worker: number
  readonly task:
    | { readonly kind: 'trial'; readonly trial: number; readonly steps: number }
    | { readonly kind: 'finalist'; readonly trial: number }
    | { readonly kind: 'probe' }
}
