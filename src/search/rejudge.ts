import type { Reward, RewardContext } from './reward.js'
import { judge } from './tell.js'
import type { TrialState } from './trial.js'

/**
 * Trials, or their climbs, as another reward judges their evaluations; nothing is evaluated. One that has no such reward
 * has failed.
 */
export function rejudge<T extends { readonly state: TrialState }>(
  told: readonly T[],
  reward: Reward,
  run: RewardContext,
): readonly T[] {
  return told.map(one => {
    if (one.state.kind !== 'finished') return one
    const { evaluation, cachedFrom } = one.state
    const evaluated = { evaluation, times: {}, worker: 0 }
    return { ...one, state: judge({ kind: 'evaluated', evaluated, cachedFrom }, reward, run) }
  })
}
