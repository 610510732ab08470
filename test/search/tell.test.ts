import { expect, it } from 'vitest'
import { judge } from '../../src/search/tell.js'

const evaluated = (top1: number, macs: number) => ({
  kind: 'evaluated' as const,
  cachedFrom: null,
  evaluated: {
    evaluation: {
      scores: { val: { metric: 'top1', score: top1, top1, loss: 1, n: 10 } },
      cost: { macs, params: 1, size: 0, bitops: 0, bytes: 1 },
    },
    times: {},
    worker: 1,
  },
})
const reward = (evaluation: { scores: { val?: { score: number } } }) =>
  evaluation.scores.val?.score ?? Number.NaN
const run = {
  limits: [{ kind: 'macs' as const, limit: 100 }],
  original: evaluated(0.95, 200).evaluated.evaluation,
}

it('finishes a proper result', () => {
  expect(judge(evaluated(0.9, 100), reward, run)).toMatchObject({ kind: 'finished', reward: 0.9 })
})

it.each([
  ['not a number', evaluated(Number.NaN, 50), /not a number/],
  ['over the budget', evaluated(0.9, 101), /costs 101 macs, more than the budget of 100/],
  ['a cost that is not a number', evaluated(0.9, Number.NaN), /costs NaN/],
  ['a crash', { kind: 'threw' as const, reason: 'the worker died' }, /the worker died/],
])('fails %s with a reason', (_, outcome, reason) => {
  const state = judge(outcome, reward, run)
  expect(state.kind === 'failed' ? state.reason : '').toMatch(reason)
})
