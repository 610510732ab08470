import { grads, square, sum } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../../src/random.js'
import { batchNormalize } from '../../../src/tensor/gradients/batch-norm.js'
import { convolve } from '../../../src/tensor/gradients/conv.js'
import { crossEntropy } from '../../../src/tensor/gradients/cross-entropy.js'
import { dense } from '../../../src/tensor/gradients/dense.js'
import { convolveDepthwise } from '../../../src/tensor/gradients/depthwise.js'
import { averagePool, maximumPool } from '../../../src/tensor/gradients/pool.js'
import { clip } from '../../../src/tensor/gradients/rectify.js'
import type { Window } from '../../../src/tensor/gradients/window.js'
import { softmax, type Tensor, type Tensor2D, type Tensor4D, tensor } from '../../../src/tensor/tf.js'
import { initTested } from '../../fixtures/backend.js'
import { maxDifference, normalSamples } from '../../fixtures/run.js'
import { gradientError, type Input } from '../finite-differences.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(11, 0, 'finite differences')

function normal(...shape: number[]): Input {
  return {
    data: normalSamples(
      random,
      shape.reduce((a, b) => a * b, 1),
    ),
    shape,
  }
}

/** Values at least 0.1 apart, so that a step of a finite difference changes no order and crosses no kink. */
function distinct(...shape: number[]): Input {
  const n = shape.reduce((a, b) => a * b, 1)
  const ranks = normalSamples(random, n)
  const sorted = [...ranks].sort((a, b) => a - b)
  return { data: ranks.map(value => 0.1 * (sorted.indexOf(value) - n / 2) + 0.05), shape }
}

const weights = normalSamples(random, 4096)
const error = (f: (...inputs: Tensor[]) => Tensor, ...inputs: Input[]) =>
  gradientError(f, inputs, i => weights[i]!)

interface Case extends Window {
  readonly kernel: readonly [number, number]
}

/** Rectangular windows over 6 x 5 inputs, no two axes alike. */
const cases: readonly Case[] = [
  { kernel: [3, 2], top: 1, bottom: 1, left: 0, right: 1, strides: [1, 1], dilations: [1, 1] },
  { kernel: [3, 3], top: 1, bottom: 0, left: 1, right: 1, strides: [2, 2], dilations: [1, 1] },
  { kernel: [2, 3], top: 0, bottom: 0, left: 2, right: 0, strides: [3, 1], dilations: [1, 1] },
  { kernel: [2, 2], top: 1, bottom: 2, left: 2, right: 2, strides: [1, 1], dilations: [2, 3] },
  { kernel: [2, 2], top: 1, bottom: 1, left: 1, right: 1, strides: [2, 2], dilations: [2, 2] },
  { kernel: [1, 1], top: 0, bottom: 0, left: 0, right: 0, strides: [1, 1], dilations: [1, 1] },
  { kernel: [1, 1], top: 0, bottom: 0, left: 0, right: 0, strides: [2, 2], dilations: [1, 1] },
  { kernel: [6, 5], top: 0, bottom: 0, left: 0, right: 0, strides: [1, 1], dilations: [1, 1] },
  { kernel: [5, 5], top: 2, bottom: 2, left: 2, right: 2, strides: [4, 4], dilations: [1, 1] },
]

const title =
  'kernel $kernel.0,$kernel.1 strides $strides.0,$strides.1 dilations $dilations.0,$dilations.1 pads $top,$left,$bottom,$right'

describe.each(cases)(`convolution: ${title}`, c => {
  const [kh, kw] = c.kernel

  it.each([
    [3, 2],
    [9, 10],
  ])('from %i to %i channels', (from, to) => {
    const f = (x: Tensor, w: Tensor) => convolve(x as Tensor4D, w as Tensor4D, c)
    expect(error(f, normal(2, 6, 5, from), normal(kh, kw, from, to))).toBeLessThan(2e-3)
  })

  it.each([1, 2])('depthwise with %i filters a channel', filters => {
    const f = (x: Tensor, w: Tensor) => convolveDepthwise(x as Tensor4D, w as Tensor4D, c)
    expect(error(f, normal(2, 6, 5, 3), normal(kh, kw, 3 * filters, 1))).toBeLessThan(2e-3)
  })
})

/** By row and by column of the windows over 6 x 5 inputs: how many cells a mean counts. */
function countsOf({ kernel, top, left, bottom, right, strides }: Case, all: boolean) {
  const along = (size: number, before: number, behind: number, axis: 0 | 1) =>
    Array.from(
      { length: Math.floor((size + before + behind - kernel[axis]) / strides[axis]) + 1 },
      (_, i) => {
        const start = i * strides[axis] - before
        return all ? kernel[axis] : Math.min(size, start + kernel[axis]) - Math.max(0, start)
      },
    )
  return [along(6, top, bottom, 0), along(5, left, right, 1)] as const
}

const pooled: readonly Case[] = [
  ...cases.filter(c => Math.max(...c.dilations) === 1 && Math.max(c.top, c.left) < 2),
  { kernel: [2, 2], top: 1, bottom: 1, left: 0, right: 1, strides: [2, 2], dilations: [1, 1] },
  { kernel: [2, 2], top: 0, bottom: 0, left: 0, right: 0, strides: [2, 2], dilations: [1, 1] },
]

describe.each(pooled)(`pooling: ${title}`, c => {
  it('largest value', () => {
    const f = (x: Tensor) => maximumPool(x as Tensor4D, c.kernel, c)
    expect(error(f, distinct(2, 6, 5, 3))).toBeLessThan(2e-3)
  })

  it.each([false, true])('mean, counting the padding %s', countPadding => {
    const f = (x: Tensor) => averagePool(x as Tensor4D, c.kernel, c, countsOf(c, countPadding))
    expect(error(f, normal(2, 6, 5, 3))).toBeLessThan(2e-3)
  })
})

describe('batch norm', () => {
  const [gamma, beta] = [distinct(3), distinct(3)]
  const stored = () => ({ mean: tensor([0.5, -1, 2]), variance: tensor([1, 0.25, 4]) })

  it.each([
    [2, 4, 3, 3],
    [7, 3],
  ])('by the statistics of a batch', (...shape) => {
    const f = (x: Tensor, g: Tensor, b: Tensor) =>
      batchNormalize(x, g, b, { stored: null, epsilon: 1e-3, activation: 'linear' })
    expect(error(f, normal(...shape), gamma, beta)).toBeLessThan(1e-2)
  })

  it('by stored statistics', () => {
    const f = (x: Tensor, g: Tensor, b: Tensor) =>
      batchNormalize(x, g, b, { stored: stored(), epsilon: 1e-3, activation: 'linear' })
    expect(error(f, normal(2, 3, 3, 3), gamma, beta)).toBeLessThan(1e-2)
  })

  it.each([
    ['relu', Number.POSITIVE_INFINITY],
    ['relu6', 6],
  ] as const)('with %s in the same pass has the gradients of one after the other', (activation, high) => {
    const inputs = [normal(2, 4, 3, 3), gamma, { ...beta, data: beta.data.map(value => 4 * value + 3) }]
    const tensors = () => inputs.map(({ data, shape }) => tensor(data, [...shape]))
    for (const moments of [null, stored()]) {
      const f = (fused: boolean) => (x: Tensor, g: Tensor, b: Tensor) => {
        const options = { stored: moments, epsilon: 1e-3 }
        return fused
          ? batchNormalize(x, g, b, { ...options, activation })
          : clip(batchNormalize(x, g, b, { ...options, activation: 'linear' }), 0, high)
      }
      const gradients = (fused: boolean) =>
        grads((x: Tensor, g: Tensor, b: Tensor) => sum(square(f(fused)(x, g, b))))(tensors())
      const [both, apart] = [gradients(true), gradients(false)]
      both.forEach((gradient, i) => {
        const [found, expected] = [gradient, apart[i]!].map(t => Float32Array.from(t.dataSync()))
        expect(maxDifference(found!, expected!)).toBeLessThan(1e-3)
      })
    }
  })
})

describe('dense and element-wise', () => {
  it('dense', () => {
    const f = (x: Tensor, w: Tensor, b: Tensor) => dense(x as Tensor2D, w as Tensor2D, b)
    expect(error(f, normal(4, 3), normal(3, 5), normal(5))).toBeLessThan(2e-3)
  })

  it.each([
    [0, Number.POSITIVE_INFINITY],
    [-1, 2],
    [Number.NEGATIVE_INFINITY, 1],
  ])('clipping to %d … %d', (low, high) => {
    const x = distinct(40)
    expect(error(t => clip(t, low, high), x)).toBeLessThan(2e-3)
  })

  it.each([1, 4])('cross-entropy at temperature %i', temperature => {
    const targets = softmax(tensor(normalSamples(random, 15), [3, 5]) as Tensor2D)
    const f = (logits: Tensor) => crossEntropy(logits as Tensor2D, targets, temperature)
    expect(error(f, normal(3, 5))).toBeLessThan(2e-3)
  })
})
