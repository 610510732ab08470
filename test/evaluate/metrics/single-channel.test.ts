import { describe, expect, it } from 'vitest'
import type { Goal, MetricName } from '../../../src/data/goals.js'
import { scorerOf } from '../../../src/evaluate/metrics/figures.js'
import { randomStream } from '../../../src/random.js'
import { normalSamples } from '../../fixtures/run.js'

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Logits of one channel, what is right, and what the original said, of at least two places. */
function randomCase(seed: number) {
  const random = randomStream(seed, 0, 'mask case')
  const [n, places] = [1 + random.below(7), 2 + random.below(9)]
  const logits = normalSamples(random, n * places).map(z => 3 * z)
  const original = normalSamples(random, n * places).map(z => 3 * z)
  // Some have one class alone.
  const share = random.below(4) / 3
  const truth = Int32Array.from({ length: n * places }, () => (random.uniform() < share ? 1 : 0))
  return { n, places, logits, original, truth, cut: 1 + random.below(n) }
}

type Case = ReturnType<typeof randomCase>
const cases = Array.from({ length: 40 }, (_, seed) => randomCase(seed))

function figuresOf({ n, places, cut, ...one }: Case, single: 'logits' | 'probabilities', metric: MetricName) {
  const given = (values: Float32Array) => (single === 'logits' ? values : values.map(sigmoid))
  const goal: Goal = {
    ...{ kind: 'classes', name: 'y', index: 0, weight: 1, metric, places, single },
    ...{ truth: metric === 'fidelity' ? null : one.truth, original: given(one.original) },
  }
  const values = given(one.logits)
  const scorer = scorerOf(goal, n)
  scorer.add({ values: values.subarray(0, cut * places), first: 0, rows: cut })
  scorer.add({ values: values.subarray(cut * places), first: cut, rows: n - cut })
  return scorer.score()
}

/** By class, or undefined where it is neither said nor there. */
function counted(said: readonly number[], truth: readonly number[]) {
  return [0, 1].flatMap(label => {
    const both = said.filter((one, i) => one === label && truth[i] === label).length
    const either = said.filter((one, i) => one === label || truth[i] === label).length
    return either === 0 ? [] : [{ iou: both / either, f1: (2 * both) / (both + either) }]
  })
}

describe.each(['logits', 'probabilities'] as const)('a mask of one channel of %s', single => {
  it.each(cases)('is scored as by counting and sums, case %#', one => {
    const [logits, truth] = [[...one.logits], [...one.truth]]
    const said = logits.map(z => (z > 0 ? 1 : 0))
    const classes = counted(said, truth)
    const found = figuresOf(one, single, 'iou')
    expect(found.score).toBe(found.iou)
    expect(found.iou).toBeCloseTo(mean(classes.map(({ iou }) => iou)), 12)
    expect(found.f1).toBeCloseTo(mean(classes.map(({ f1 }) => f1)), 12)
    expect(found.top1).toBeCloseTo(mean(said.map((label, i) => (label === truth[i] ? 1 : 0))), 12)
    const binary = logits.map((z, i) => -Math.log(truth[i] === 1 ? sigmoid(z) : 1 - sigmoid(z)))
    expect(found.loss).toBeCloseTo(mean(binary), 4)
    const like = [...one.original].map((z, i) => (z > 0 === logits[i]! > 0 ? 1 : 0))
    expect(found.fidelity).toBeCloseTo(mean(like), 12)
  })

  it.each(cases.slice(0, 10))('is as far from the original as two distributions are, case %#', one => {
    const divergences = [...one.logits].map((z, i) => {
      const [p, q] = [sigmoid(one.original[i]!), sigmoid(z)]
      return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))
    })
    expect(figuresOf(one, single, 'fidelity').loss).toBeCloseTo(mean(divergences), 4)
  })

  it('has a finite loss where it is as wrong as can be', () => {
    const worst = { n: 1, places: 2, cut: 1, logits: Float32Array.of(200, -200) }
    const { loss } = figuresOf(
      { ...worst, original: worst.logits, truth: Int32Array.of(0, 1) },
      single,
      'iou',
    )
    expect(loss).toBeCloseTo(single === 'logits' ? 200 : -Math.log(1e-7), 3)
  })
})
