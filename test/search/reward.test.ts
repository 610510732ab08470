import { describe, expect, it } from 'vitest'
import { rewardNames, rewards } from '../../src/search/reward.js'

const evaluation = {
  scores: { val: { metric: 'top1', score: 0.9, top1: 0.9, loss: 0.4, n: 100 } },
  cost: { macs: 1e6, params: 100, size: 0, bitops: 0, bytes: 40 },
}
const original = {
  scores: { val: { metric: 'top1', score: 0.92, top1: 0.92, loss: 0.3, n: 100 } },
  cost: { ...evaluation.cost, macs: 4e6, params: 100 },
}
/** A run whose first budget is half of what the candidate has, or twice of it; the second does not matter. */
const runOf = (limit: number) => ({
  original,
  limits: [
    { kind: 'macs' as const, limit },
    { kind: 'params' as const, limit: 1 },
  ],
})
const within = runOf(2e6)
const beyond = runOf(5e5)

describe('a reward', () => {
  // Figures by hand: ln 1e6 = 13.8155106, ln 100 = 4.6051702, 2^0.07 = 1.0497167, log10 8100 = 3.9084850.
  it.each([
    ['accuracy', within, 0.9],
    ['loss', within, -0.4],
    ['accuracy-macs', within, -0.1 * 13.8155106],
    ['accuracy-params', within, -0.1 * 4.6051702],
    ['haq', within, -0.2],
    ['mnasnet-soft', within, 0.9 * 1.0497167],
    ['mnasnet-soft', beyond, 0.9 / 1.0497167],
    ['mnasnet-hard', within, 0.9],
    ['mnasnet-hard', beyond, 0.45],
    ['netscore', within, 20 * (3.908485 - 4)],
  ] as const)('%s is what its paper says', (name, run, expected) => {
    expect(rewards[name](evaluation, run)).toBeCloseTo(expected, 4)
  })

  it.each(rewardNames)('%s is no number without a validation score, which fails the trial', name => {
    expect(rewards[name]({ ...evaluation, scores: {} }, within)).toBeNaN()
  })

  it.each(['mnasnet-soft', 'mnasnet-hard'] as const)('%s is no number without a target', name => {
    expect(rewards[name](evaluation, { original, limits: [] })).toBeNaN()
  })
})
