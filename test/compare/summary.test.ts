import { describe, expect, it } from 'vitest'
import { reached, summaries } from '../../src/compare/summary.js'
import { runOf, toldOf } from './runs.js'

const rising = (from: number) => Array.from({ length: 7 }, (_, i) => from + i / 100)
const runs = [
  runOf({ seed: 1, told: toldOf(rising(0.8), i => 100 * (i + 1)), chosen: { val: 0.9, test: 0.88 } }),
  runOf({ seed: 2, told: toldOf(rising(0.7), i => 200 * (i + 1)), chosen: { val: 0.8, test: null } }),
  runOf({ seed: 3, told: toldOf([0.5], () => 50), planned: 7, finished: false }),
  runOf({ seed: 1, group: 'random', agent: 'random', planned: 7, finished: false }),
]

describe('a summary', () => {
  const [ddpg, random] = summaries(runs, 0.83)

  it('takes shares of the evaluations, rounded up, of the runs that have come so far', () => {
    // 10, 25, 50 and 100 % of 7 are the first, second, fourth and last trial.
    expect(ddpg?.after.map(({ best }) => best?.n)).toEqual([3, 2, 2, 2])
    expect(ddpg?.after.map(({ best }) => best?.median)).toEqual(
      [0.7, 0.76, 0.78, 0.81].map(x => expect.closeTo(x, 12)),
    )
    expect(ddpg?.evaluations).toEqual({ told: 15, planned: 21 })
    expect(ddpg?.searchMs).toEqual({ median: 1050, min: 700, max: 1400, n: 2 })
  })

  it('keeps what the runs end with', () => {
    expect(ddpg?.seeds).toEqual([1, 2, 3])
    expect(ddpg?.best).toMatchObject({ median: expect.closeTo(0.76, 12), min: 0.5, n: 3 })
    expect(ddpg?.val).toEqual({ median: expect.closeTo(0.85, 12), min: 0.8, max: 0.9, n: 2 })
    expect(ddpg?.test).toEqual({ median: 0.88, min: 0.88, max: 0.88, n: 1 })
  })

  it('counts runs that never are as accurate as the slowest', () => {
    // Reached by the first after four trials, by the others not at all.
    expect(ddpg?.reach).toEqual({ score: 0.83, evaluations: null, ms: null, runs: 1 })
    expect(summaries(runs, 0.75)[0]?.reach).toEqual({ score: 0.75, evaluations: 6, ms: 1200, runs: 2 })
    expect(reached(runs[0]!, 0.83)).toMatchObject({ evaluations: 4, ms: 400 })
  })

  it('of runs that have not begun has nothing', () => {
    expect(random).toMatchObject({ best: null, val: null, test: null, searchMs: null })
    expect(random?.reach).toMatchObject({ evaluations: null, runs: 0 })
    expect(summaries(runs, null)[0]?.reach).toBeNull()
  })
})
