import { describe, expect, it } from 'vitest'
import type { Goal } from '../../../src/data/goals.js'
import { scoreOf, scorerOf } from '../../../src/evaluate/metrics/figures.js'
import { randomStream } from '../../../src/random.js'
import { normalSamples } from '../../fixtures/run.js'

const [n, size] = [30, 4]
const random = randomStream(3, 0, 'scores of numbers')
const truth = normalSamples(random, n * size).map((value, i) => 10 * value + (i % size) * 100)
const near = truth.map((value, i) => value + ((i % 3) - 1))

function scored(goal: Partial<Goal> & Pick<Goal, 'kind' | 'metric'>, values: Float32Array) {
  const common = { name: 'y', index: 0, weight: 1, truth: null, original: null, places: 1 }
  const scorer = scorerOf({ ...common, ...goal } as Goal, n)
  scorer.add({ values, first: 0, rows: n })
  return scorer.score()
}

/** Always saying the mean of each place. */
const means = truth.map((_, i) => {
  const column = truth.filter((_, j) => j % size === i % size)
  return column.reduce((sum, value) => sum + value, 0) / n
})

describe('numbers', () => {
  it('that are right have the whole score, and saying the mean half of it', () => {
    expect(scored({ kind: 'numbers', metric: 'mse', truth }, truth)).toEqual({ mse: 0, loss: 0, score: 1 })
    expect(scored({ kind: 'numbers', metric: 'mse', truth }, means).score).toBeCloseTo(0.5, 6)
  })

  it('have their squared error as it is, whatever the original says', () => {
    const { mse, fidelity } = scored({ kind: 'numbers', metric: 'mse', truth, original: near }, near)
    expect(mse).toBeCloseTo(
      truth.reduce((sum, value, i) => sum + (near[i]! - value) ** 2, 0) / truth.length,
      6,
    )
    expect(fidelity).toBe(1)
  })

  it('are as faithful as they explain the original: not at all where they say its mean or worse', () => {
    const of = (values: Float32Array) =>
      scored({ kind: 'numbers', metric: 'fidelity', original: truth }, values).score
    expect(of(truth)).toBe(1)
    expect(of(means)).toBeCloseTo(0, 6)
    expect(of(truth.map(() => 0))).toBe(0)
    expect(of(near)).toBeGreaterThan(0.95)
    expect(of(near)).toBeLessThan(1)
  })
})

it('classes are as faithful as they are the original’s, with no divergence from itself', () => {
  const original = normalSamples(random, n * size)
  const same = scored({ kind: 'classes', metric: 'fidelity', original }, original)
  expect([same.score, same.top1]).toEqual([1, undefined])
  expect(same.loss).toBeCloseTo(0, 12)
  const turned = original.map(value => -value)
  expect(scored({ kind: 'classes', metric: 'fidelity', original }, turned).score).toBe(0)
})

it('a smaller loss or error is a larger score, between 0 and 1', () => {
  for (const metric of ['loss', 'mse'] as const) {
    const scores = [0, 0.1, 1, 7, 300].map(loss => scoreOf(metric, { loss }))
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect([scores[0], scores.every(score => score >= 0 && score <= 1)]).toEqual([1, true])
    expect(new Set(scores).size).toBe(5)
  }
})
