import {
  add,
  concat,
  conv2d,
  depthwiseConv2d,
  grads,
  mul,
  pad,
  reshape,
  setBackend,
  slice,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../../src/random.js'
import { convolve } from '../../../src/tensor/gradients/conv.js'
import { convolveDepthwise } from '../../../src/tensor/gradients/depthwise.js'
import { filterGradient } from '../../../src/tensor/gradients/filter-gradient.js'
import { padding, type Window } from '../../../src/tensor/gradients/window.js'
import { initTested, tested } from '../../fixtures/backend.js'
import { maxDifference, normalSamples } from '../../fixtures/run.js'

beforeAll(async () => {
  await initTested()
})

interface Case {
  readonly size: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly front: number
  readonly back: number
}

const cases: Case[] = [1, 2, 3].flatMap(kernel =>
  [1, 2, 3].flatMap(stride =>
    [1, 2].flatMap(dilation =>
      [
        [0, 0],
        [1, 1],
        [0, 1],
        [2, 1],
      ].flatMap(([front = 0, back = 0]) =>
        [7, 8]
          .map(size => ({ size, kernel, stride, dilation, front, back }))
          // TF.js does not convolve with both; padding wider than the reach is no convolution that exporters write.
          .filter(
            c => (c.stride === 1 || c.dilation === 1) && Math.max(front, back) <= (kernel - 1) * dilation,
          ),
      ),
    ),
  ),
)

function windowOf({ front, back, stride, dilation }: Case): Window {
  return {
    top: front,
    bottom: back,
    left: front,
    right: back,
    strides: [stride, stride],
    dilations: [dilation, dilation],
  }
}

/** A filter with zeros between its cells. */
function spread(filter: Tensor4D, dilation: number): Tensor4D {
  if (dilation === 1) return filter
  const [kh, kw, c, m] = filter.shape
  const rows = concat([reshape(filter, [kh, 1, kw, c, m]), zeros([kh, dilation - 1, kw, c, m])], 1)
  const tall = reshape(rows, [kh * dilation, kw, c, m])
  const columns = concat(
    [reshape(tall, [kh * dilation, kw, 1, c, m]), zeros([kh * dilation, kw, dilation - 1, c, m])],
    2,
  )
  const all = reshape(columns, [kh * dilation, kw * dilation, c, m])
  return slice(all, [0, 0, 0, 0], [(kh - 1) * dilation + 1, (kw - 1) * dilation + 1, c, m]) as Tensor4D
}

/** Values and gradients of `f` on a backend, weighted so that every output counts differently. */
async function gradientsOn(
  backend: string,
  f: (x: Tensor4D, w: Tensor4D) => Tensor4D,
  x: Float32Array,
  xShape: number[],
  w: Float32Array,
  wShape: number[],
) {
  await setBackend(backend)
  const both = grads((a: Tensor, b: Tensor) => {
    const y = f(a as Tensor4D, b as Tensor4D)
    const weights = tensor(normalSamples(randomStream(5, y.size, 'weights'), y.size), y.shape)
    return sum(mul(y, weights))
  })
  return both([tensor(x, xShape), tensor(w, wShape)]).map(gradient => Float32Array.from(gradient.dataSync()))
}

describe.each(cases)('size $size kernel $kernel stride $stride dilation $dilation pads $front,$back', c => {
  const window = windowOf(c)
  const random = randomStream(3, 0, JSON.stringify(c))
  const x = normalSamples(random, 2 * c.size * c.size * 3)

  it('has the gradients of the CPU backend', async () => {
    const w = normalSamples(random, c.kernel * c.kernel * 3 * 4)
    const shapes = [
      [2, c.size, c.size, 3],
      [c.kernel, c.kernel, 3, 4],
    ] as const
    const ours = await gradientsOn(tested, (a, b) => convolve(a, b, window), x, [...shapes[0]], w, [
      ...shapes[1],
    ])
    const reference = await gradientsOn(
      'cpu',
      (a, b) => conv2d(pad(a, padding(window)), spread(b, c.dilation), c.stride, 'valid'),
      x,
      [...shapes[0]],
      w,
      [...shapes[1]],
    )
    ours.forEach((gradient, i) => {
      expect(maxDifference(gradient, reference[i]!)).toBeLessThan(1e-4)
    })
  })

  it('has the gradients of the CPU backend when depthwise', async () => {
    const w = normalSamples(random, c.kernel * c.kernel * 3)
    const shapes = [
      [2, c.size, c.size, 3],
      [c.kernel, c.kernel, 3, 1],
    ] as const
    const ours = await gradientsOn(tested, (a, b) => convolveDepthwise(a, b, window), x, [...shapes[0]], w, [
      ...shapes[1],
    ])
    const reference = await gradientsOn(
      'cpu',
      // The reference has no gradients for dilated filters; with zeros between its cells a filter is dilated.
      (a, b) => depthwiseConv2d(pad(a, padding(window)), spread(b, c.dilation), c.stride, 'valid'),
      x,
      [...shapes[0]],
      w,
      [...shapes[1]],
    )
    ours.forEach((gradient, i) => {
      expect(maxDifference(gradient, reference[i]!)).toBeLessThan(1e-4)
    })
  })
})

it('sums the filter gradients of samples that are worked on in parts', async () => {
  await setBackend(tested)
  const random = randomStream(7, 0, 'parts')
  const x = tensor(normalSamples(random, 3 * 60 * 60 * 2), [3, 60, 60, 2])
  const dy = tensor(normalSamples(random, 3 * 60 * 60 * 56), [3, 60, 60, 56])
  const window: Window = { top: 1, bottom: 1, left: 1, right: 1, strides: [1, 1], dilations: [1, 1] }
  const some = (t: Tensor, first: number, count: number) =>
    slice(t as Tensor4D, [first, 0, 0, 0], [count, 60, 60, t.shape[3]!])
  const gradient = (first: number, count: number) =>
    filterGradient(some(dy, first, count), some(x, first, count), [3, 3, 2, 56], window)
  const apart = [0, 1, 2].map(i => gradient(i, 1)).reduce((sum, each) => add(sum, each))
  expect(maxDifference(gradient(0, 3).dataSync<'float32'>(), apart.dataSync<'float32'>())).toBeLessThan(2e-3)
})
