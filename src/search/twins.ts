import type { TrialOutcome } from './trial.js'

/** Finds trials of the same policy, in a time that does not grow with how many trials there are. */
export class Twins {
  /** By the policy's hash the trials that may have a result of their own, in order. */
  readonly #usable = new Map<string, readonly number[]>()

  /**
   * The first earlier trial with the same policy that evaluated it itself, or still may; to be asked of every trial once, in
   * order.
   * @param trials as they are now, by number
   */
  firstOf({ number, policyHash }: TrialOutcome, trials: readonly TrialOutcome[]): TrialOutcome | null {
    const usable = (this.#usable.get(policyHash) ?? []).filter(other => isUsable(trials[other]!))
    this.#usable.set(policyHash, [...usable, number])
    return usable[0] === undefined ? null : trials[usable[0]]!
  }
}

function isUsable({ state }: TrialOutcome): boolean {
  return state.kind === 'running' || (state.kind === 'finished' && state.cachedFrom === null)
}
