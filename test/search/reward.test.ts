import { describe, expect, it } from 'vitest'
import { rewardNames, rewards } from '../../src/search/reward.js'

const evaluation = {
  scores: { val: { top1: 0.9, loss: 0.4, n: 100 } },
  cost: { macs: 1e6, params: 10, size: 0, bitops: 0, bytes: 40 },
}

describe('a reward', () => {
  it('is what its name says', () => {
    expect(rewards.accuracy(evaluation)).toBe(0.9)
    expect(rewards.loss(evaluation)).toBe(-0.4)
    expect(rewards['accuracy-macs'](evaluation)).toBeCloseTo(-0.1 * Math.log(1e6), 12)
  })

  it.each(rewardNames)('%s is no number without a validation score, which fails the trial', name => {
    expect(rewards[name]({ ...evaluation, scores: {} })).toBeNaN()
  })
})
