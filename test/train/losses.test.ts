import { grad } from '@tensorflow/tfjs-core'
import { beforeAll, expect, inject, it } from 'vitest'
import type { Goal } from '../../src/data/goals.js'
import { randomStream } from '../../src/random.js'
import { initBackend } from '../../src/tensor/backend.js'
import { type Tensor, tensor, tensor2d, tidy } from '../../src/tensor/tf.js'
import { Batches } from '../../src/train/batches.js'
import { lossesOf, soften } from '../../src/train/loss.js'
import { lessonsOf } from '../../src/train/step.js'
import { normalSamples } from '../fixtures/run.js'

beforeAll(() => initBackend(inject('backend')))

const [n, classes, places, size] = [6, 3, 4, 5]
const random = randomStream(9, 0, 'losses')
const scores = normalSamples(random, n * classes * places)
const teacherScores = normalSamples(random, n * classes * places)
const numbers = normalSamples(random, n * size)
const teacherNumbers = normalSamples(random, n * size)
const labels = Int32Array.from({ length: n * places }, () => random.below(classes))
const truth = normalSamples(random, n * size)
const mix = { temperature: 2, distillation: 0.7, hintWeight: 0 }

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: Float32Array) =>
  mean(
    Array.from(values, (value, i) => {
      const column = Array.from(values).filter((_, j) => j % size === i % size)
      return (value - mean(column)) ** 2
    }),
  )
const softmax = (row: readonly number[], temperature: number) => {
  const all = row.reduce((sum, score) => sum + Math.exp(score / temperature), 0)
  return row.map(score => Math.exp(score / temperature) / all)
}
const rowAt = (values: Float32Array, i: number) =>
  Array.from(
    { length: classes },
    (_, c) => values[(Math.floor(i / places) * classes + c) * places + (i % places)]!,
  )
const entropies = (wanted: (i: number) => readonly number[], temperature: number) =>
  temperature ** 2 *
  mean(
    Array.from({ length: n * places }, (_, i) => {
      const said = softmax(rowAt(scores, i), temperature)
      return -wanted(i).reduce((sum, share, c) => sum + share * Math.log(said[c]!), 0)
    }),
  )
const hard = entropies(i => Array.from({ length: classes }, (_, c) => (c === labels[i] ? 1 : 0)), 1)
const soft = entropies(i => softmax(rowAt(teacherScores, i), 2), 2)
const squares = (wanted: Float32Array) => mean(Array.from(wanted, (value, i) => (numbers[i]! - value) ** 2))

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
const [edges, teacherEdges] = [normalSamples(random, n * places), normalSamples(random, n * places)]
const isEdge = Int32Array.from({ length: n * places }, () => random.below(2))
const binary = (wanted: (i: number) => number, temperature: number) =>
  temperature ** 2 *
  mean(
    Array.from(edges, (z, i) => {
      const p = sigmoid(z / temperature)
      return -wanted(i) * Math.log(p) - (1 - wanted(i)) * Math.log(1 - p)
    }),
  )
const hardEdges = binary(i => isEdge[i]!, 1)
const softEdges = binary(i => sigmoid(teacherEdges[i]! / 2), 2)

const edge = { kind: 'classes', name: 'edge', metric: 'iou', places, weight: 1 } as const
const byLogits = { ...edge, index: 2, single: 'logits' } as const
const byProbabilities = { ...edge, index: 3, single: 'probabilities' } as const
const mask = { kind: 'classes', name: 'mask', index: 1, metric: 'iou', places, weight: 1 } as const
const depth = { kind: 'numbers', name: 'depth', index: 0, metric: 'mse', weight: 0.5 } as const

it.each<[string, Goal, number]>([
  ['a mask by its labels', { ...mask, truth: labels, original: null }, hard],
  ['a mask by a teacher alone', { ...mask, truth: null, original: teacherScores }, soft],
  ['a mask by both', { ...mask, truth: labels, original: teacherScores }, 0.3 * hard + 0.7 * soft],
  ['numbers by what they are', { ...depth, truth, original: null }, (0.5 * squares(truth)) / variance(truth)],
  [
    'numbers by a teacher alone',
    { ...depth, truth: null, original: teacherNumbers },
    (0.5 * squares(teacherNumbers)) / variance(teacherNumbers),
  ],
  ['one channel by its labels', { ...byLogits, truth: isEdge, original: null }, hardEdges],
  ['one channel by a teacher alone', { ...byLogits, truth: null, original: teacherEdges }, softEdges],
  [
    'one channel by both',
    { ...byLogits, truth: isEdge, original: teacherEdges },
    0.3 * hardEdges + 0.7 * softEdges,
  ],
  [
    'one channel of probabilities by both',
    { ...byProbabilities, truth: isEdge, original: teacherEdges.map(sigmoid) },
    0.3 * hardEdges + 0.7 * softEdges,
  ],
])('the loss of %s is that of slow sums', (_, goal, expected) => {
  const taught = { samples: new Float32Array(n * 2), sampleShape: [2], labels: new Int32Array(0), classes: 0 }
  const options = { batchSize: n, augment: [], labelSmoothing: 0, temperature: mix.temperature }
  const batches = new Batches({ ...taught, teacherLogits: null, goals: [goal] }, options, output =>
    output < 2 ? classes : 1,
  )
  const order = Int32Array.from({ length: n }, (_, i) => i)
  const [loss] = tidy(() => {
    const outputs = [
      tensor(numbers, [n, size]),
      tensor(scores, [n, classes, 2, places / 2]),
      tensor(edges, [n, 1, 2, places / 2]),
      tensor(edges.map(sigmoid), [n, 1, 2, places / 2]),
    ]
    const lessons = lessonsOf(batches.take(order, 0, random))
    return lossesOf({ outputs }, lessons, mix).map(value => value.dataSync()[0]!)
  })
  expect(loss).toBeCloseTo(expected, 4)
})

it.each([
  ['logits', (z: number, t: number) => sigmoid(z) - t],
  // By the probability, whose own slope follows.
  ['probabilities', (z: number, t: number) => (sigmoid(z) - t) / (sigmoid(z) * (1 - sigmoid(z)))],
] as const)('one channel of %s has the gradient of the binary cross-entropy', (single, slope) => {
  const given = single === 'logits' ? edges : edges.map(sigmoid)
  const found = tidy(() => {
    const hard = tensor2d(
      Array.from(isEdge, label => [1 - label, label]),
      [n * places, 2],
    )
    const lesson = {
      index: 0,
      weight: 1,
      kind: 'classes',
      places,
      variance: 1,
      single,
      hard,
      soft: null,
    } as const
    const values = tensor(given, [n, 1, places])
    const gradient = grad((output: Tensor) => lossesOf({ outputs: [output] }, [lesson], mix)[0]!)
    return [...gradient(values).dataSync()]
  })
  found.forEach((one, i) => {
    expect(one).toBeCloseTo(slope(edges[i]!, isEdge[i]!) / (n * places), 5)
  })
})

it('a teacher of one channel is softened as its logits are', () => {
  const softened = (single: 'logits' | 'probabilities', values: Float32Array) =>
    tidy(() => [...soften(tensor(values, [n, 1, places]), { kind: 'classes', places, single }, 2).dataSync()])
  const expected = [...teacherEdges].flatMap(z => [1 - sigmoid(z / 2), sigmoid(z / 2)])
  for (const [i, value] of softened('logits', teacherEdges).entries())
    expect(value).toBeCloseTo(expected[i]!, 5)
  for (const [i, value] of softened('probabilities', teacherEdges.map(sigmoid)).entries())
    expect(value).toBeCloseTo(expected[i]!, 5)
})
