import { expect, it } from 'vitest'
import { standingOf } from '../../src/search/ladder.js'
import { rejudge } from '../../src/search/rejudge.js'
import { rewards } from '../../src/search/reward.js'
import type { Climb, Trial, TrialState } from '../../src/search/trial.js'

function finished(top1: number, macs: number): TrialState {
  const scores = { val: { metric: 'top1', score: top1, top1, loss: 1, n: 10 } }
  const evaluation = { scores, cost: { macs, params: 1, size: 0, bitops: 0, bytes: 0 } }
  return { kind: 'finished', evaluation, reward: top1, cachedFrom: null }
}

const states = [
  finished(0.9, 1000),
  finished(0.89, 10),
  finished(0.5, 0),
  { kind: 'failed', reason: 'it diverged' } as const,
]
const trials: readonly Trial[] = states.map((state, number) => ({
  number,
  policy: { keep: {} },
  policyHash: String(number),
  trajectory: [],
  state,
}))
const run = {
  limits: [],
  original: { scores: {}, cost: { macs: 1, params: 1, size: 1, bitops: 1, bytes: 1 } },
}
const order = (judged: readonly Trial[], climbs: readonly Climb[] = []) =>
  standingOf(judged, climbs).map(({ trial }) => trial.number)

it('ranks trials by another reward, and fails those that have none', () => {
  expect(order(trials)).toEqual([0, 1, 2])
  const judged = rejudge(trials, rewards['accuracy-macs'], run)
  expect(order(judged)).toEqual([1, 0])
  expect(judged[2]!.state).toMatchObject({ kind: 'failed' })
  expect(judged[3]).toBe(trials[3])
})

it('judges what a trial scored on its rungs alike', () => {
  const climbs = [0, 1].map(trial => ({
    trial,
    rung: 1,
    steps: 16,
    state: finished(0.95, 10 ** (3 - trial)),
  }))
  const reward = rewards['accuracy-macs']
  expect(order(rejudge(trials, reward, run), rejudge(climbs, reward, run))).toEqual([1, 0])
  expect(rejudge(climbs, reward, run)[0]!.state).toMatchObject({
    reward: expect.closeTo(-0.05 * Math.log(1000), 12),
  })
})
