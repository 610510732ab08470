import { expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import type { Trial, TrialState } from '../../src/search/trial.js'
import { Twins } from '../../src/search/twins.js'

const evaluation = { scores: {}, cost: { macs: 1, params: 1, size: 1, bitops: 1, bytes: 1 } }

it('the first usable earlier trial of the same policy is found as by looking at all', () => {
  const random = randomStream(1, 0, 'twins')
  const trials: Trial[] = []
  const twins = new Twins()
  let found = 0
  for (let number = 0; number < 400; number++) {
    // Any of those in flight may have ended meanwhile.
    for (const [i, trial] of trials.entries())
      if (trial.state.kind === 'running' && random.below(4) === 0) trials[i] = { ...trial, state: ended() }
    const trial = trialOf(number, `policy ${random.below(40)}`)
    trials.push(trial)
    const expected = trials.find(
      ({ number, policyHash, state }) =>
        number < trial.number &&
        policyHash === trial.policyHash &&
        (state.kind === 'running' || (state.kind === 'finished' && state.cachedFrom === null)),
    )
    expect(twins.firstOf(trial, trials)).toEqual(expected ?? null)
    if (expected !== undefined) found++
  }
  expect(found).toBeGreaterThan(100)
  expect(found).toBeLessThan(399)

  function ended(): TrialState {
    const kind = random.below(3)
    if (kind === 0) return { kind: 'failed', reason: 'it broke' }
    return { kind: 'finished', evaluation, reward: 1, cachedFrom: kind === 1 ? null : 0 }
  }
})

function trialOf(number: number, policyHash: string): Trial {
  return { number, policy: { keep: {} }, policyHash, trajectory: [], state: { kind: 'running' } }
}
