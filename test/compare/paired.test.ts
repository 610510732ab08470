import { describe, expect, it } from 'vitest'
import { pairedWith, signFlipTest } from '../../src/compare/paired.js'
import { randomStream } from '../../src/random.js'
import { runOf, toldOf } from './runs.js'

/** All sign patterns, written out one difference at a time. */
function sums(differences: readonly number[]): readonly number[] {
  const [first, ...others] = differences
  if (first === undefined) return [0]
  return sums(others).flatMap(sum => [first + sum, sum - first])
}

describe('the sign-flip test', () => {
  it('is the share of all sign patterns that are as far from nothing', () => {
    const random = randomStream(1, 0, 'paired')
    for (let i = 0; i < 200; i++) {
      // In whole steps, so that sums are exact and many are equal.
      const differences = Array.from({ length: 1 + random.below(9) }, () => random.below(9) - 4)
      const all = sums(differences)
      const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0))
      const far = all.filter(sum => Math.abs(sum) >= observed).length
      expect(signFlipTest(differences)).toBe(far / all.length)
      // The same in steps that no float holds exactly.
      expect(signFlipTest(differences.map(difference => difference * 0.0005))).toBe(far / all.length)
    }
  })

  it('cannot fall below 2 / 2^n', () => {
    expect(signFlipTest([0.01])).toBe(1)
    expect(signFlipTest([0.01, 0.02, 0.03])).toBe(0.25)
    expect(signFlipTest([0.01, 0.02, 0.03, 0.01, 0.02])).toBe(1 / 16)
    expect(signFlipTest([0, 0, 0])).toBe(1)
  })

  it('samples the signs of many differences, near the exact share', () => {
    // Of 20 equal differences, n have the sign of the observed mean; as far are all 20, or none.
    const most = Array.from({ length: 20 }, (_, i) => (i < 14 ? 1 : -1))
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k)
    const tail = [14, 15, 16, 17, 18, 19, 20].reduce((sum, k) => sum + choose(20, k), 0)
    expect(signFlipTest(most)).toBeCloseTo((2 * tail) / 2 ** 20, 2)
    expect(signFlipTest(most)).toBe(signFlipTest(most))
  })
})

describe('groups held against another', () => {
  const run = (group: string, seed: number, best: number, test: number | null) =>
    runOf({
      group,
      seed,
      told: toldOf([best], () => 1),
      chosen: test === null ? null : { val: best, test },
    })

  it('are compared by equal seeds, whatever their order', () => {
    const runs = [
      run('ddpg', 1, 0.5, 0.6),
      run('ddpg', 2, 0.7, null),
      run('random', 2, 0.6, 0.4),
      run('random', 1, 0.3, 0.5),
      run('random', 3, 0.9, 0.9),
    ]
    const [best, , test, ...others] = pairedWith(runs, 'ddpg')
    expect(others).toEqual([])
    expect(best).toMatchObject({
      group: 'random',
      against: 'ddpg',
      measure: 'best',
      seeds: [2, 1],
      leastP: 0.5,
    })
    expect(best?.differences).toEqual([expect.closeTo(-0.1, 12), expect.closeTo(-0.2, 12)])
    expect(best?.mean).toBeCloseTo(-0.15, 12)
    expect(test).toMatchObject({ measure: 'test', seeds: [1], p: 1, leastP: 1 })
  })

  it('leave out searches that are not over', () => {
    const half = runOf({ group: 'random', told: toldOf([0.9], () => 1), planned: 2 })
    expect(pairedWith([run('ddpg', 1, 0.5, null), half], 'ddpg')).toEqual([])
  })
})
