import { describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
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

  it.each([
    // 2 points below the original, with a quarter of its MACs and all of its parameters.
    [{ limit: 2, minimize: 'macs' }, 1.75],
    [{ limit: 3, minimize: 'params' }, 1],
    [{ limit: 1.5, minimize: 'macs' }, -0.005],
    [{ limit: 0, minimize: 'macs' }, -0.02],
  ] as const)('within-drop of %j is %d', (maxDrop, expected) => {
    expect(rewards['within-drop'](evaluation, { ...within, maxDrop })).toBeCloseTo(expected, 9)
    expect(rewards['within-drop'](evaluation, within)).toBeNaN()
  })

  it('within-drop holds whatever keeps the score for better than all that does not', () => {
    const random = randomStream(1, 0, 'within-drop')
    const all = Array.from({ length: 400 }, () => {
      const top1 = 0.9 + random.below(40) / 1000
      const some = {
        scores: { val: { metric: 'top1', score: top1, top1, loss: 1, n: 1000 } },
        cost: { ...evaluation.cost, macs: Math.ceil(4e6 * random.uniform()) },
      }
      const reward = rewards['within-drop'](some, { ...within, maxDrop: { limit: 0.5, minimize: 'macs' } })
      return { keeps: Math.round(top1 * 1000) >= 915, top1, macs: some.cost.macs, reward }
    })
    expect(new Set(all.map(({ keeps }) => keeps)).size).toBe(2)
    for (const a of all)
      for (const b of all)
        if (a.keeps ? !b.keeps || a.macs < b.macs : !b.keeps && a.top1 > b.top1)
          expect(a.reward).toBeGreaterThan(b.reward)
  })

  it.each(rewardNames)('%s is no number without a validation score, which fails the trial', name => {
    expect(rewards[name]({ ...evaluation, scores: {} }, within)).toBeNaN()
  })

  it.each(['mnasnet-soft', 'mnasnet-hard'] as const)('%s is no number without a target', name => {
    expect(rewards[name](evaluation, { original, limits: [] })).toBeNaN()
  })
})
