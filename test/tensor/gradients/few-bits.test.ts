import { grads, mul, sum } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { roundHalfEven } from '../../../src/graph/round-half-even.js'
import { randomStream } from '../../../src/random.js'
import { fakeQuantize, type Grid } from '../../../src/tensor/gradients/fake-quantize.js'
import { lookup } from '../../../src/tensor/gradients/lookup.js'
import { type Tensor, tensor, tidy } from '../../../src/tensor/tf.js'
import { initTested } from '../../fixtures/backend.js'
import { maxDifference, normalSamples } from '../../fixtures/run.js'
import { gradientError } from '../finite-differences.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(41, 0, 'gradients at few bits')

/** The gradients of sum(dy f(x, step)), and f's value. */
function differentiated(x: Float32Array, shape: number[], step: Float32Array, spread: number[], grid: Grid) {
  const dy = normalSamples(random, x.length)
  const f = (a: Tensor, b: Tensor) => fakeQuantize(a, b, grid)
  return tidy(() => {
    const inputs = [tensor(x, shape), tensor(step, spread)]
    const [dx, ds] = grads((a: Tensor, b: Tensor) => sum(mul(f(a, b), tensor(dy, shape))))(inputs)
    return { dy, dx: dx!.dataSync<'float32'>().slice(), ds: ds!.dataSync<'float32'>().slice() }
  })
}

it('passes gradients straight through within the limits, and gives steps LSQ’s, one or one a channel', () => {
  // Axes of the channels, of [4, 3, 5]: none, the first, the middle, the last.
  for (const [low, high, apart] of [
    [-7, 7, 1],
    [-1, 1, 1],
    [-1, 1, 2],
    [0, 15, 1],
    [-5, 10, 1],
  ] as const) {
    for (const axis of [null, 0, 1, 2]) {
      const shape = [4, 3, 5]
      const spread = axis === null ? [] : shape.map((size, i) => (i === axis ? size : 1))
      const inner = axis === null ? 60 : shape.slice(axis + 1).reduce((a, b) => a * b, 1)
      const channel = (i: number) => (axis === null ? 0 : Math.floor(i / inner) % shape[axis]!)
      const step = Float32Array.from({ length: axis === null ? 1 : shape[axis]! }, (_, c) => 0.1 + 0.3 * c)
      const x = normalSamples(random, 60)
      const { dy, dx, ds } = differentiated(x, shape, step, spread, { low, high, apart })
      const expected = new Float64Array(step.length)
      x.forEach((value, i) => {
        const u = value / step[channel(i)]!
        expect(dx[i]).toBe(u >= low && u <= high ? dy[i] : 0)
        const ofStep = apart === 2 ? Math.sign(u) : u <= low ? low : u >= high ? high : roundHalfEven(u) - u
        expected[channel(i)]! += dy[i]! * ofStep
      })
      expect(maxDifference(ds, Float32Array.from(expected))).toBeLessThan(1e-4)
    }
  }
})

it('counts a limit as within, and has no gradient that is no number where a step is 0', () => {
  const four = { low: -4, high: 4, apart: 1 } as const
  const { dy, dx } = differentiated(Float32Array.of(-2, 2, 2.5, -2.5), [4], Float32Array.of(0.5), [], four)
  expect([...dx]).toEqual([dy[0], dy[1], 0, 0])
  const still = differentiated(Float32Array.of(0, 0), [2], Float32Array.of(0), [], four)
  expect([...still.dx, ...still.ds].every(Number.isFinite)).toBe(true)
})

it('adds up for an entry what its elements are given, as finite differences have it', () => {
  const [entries, shape] = [7, [5, 2, 9]]
  const places = Int32Array.from({ length: 90 }, () => random.below(entries))
  const codebook = normalSamples(random, entries)
  const weights = normalSamples(random, 90)
  const indices = () => tensor(places, shape, 'int32')
  const error = gradientError(
    c => lookup(c, indices()),
    [{ data: codebook, shape: [entries] }],
    i => weights[i]!,
  )
  expect(error).toBeLessThan(1e-3)
  const found = tidy(() =>
    grads((c: Tensor) => sum(mul(lookup(c, indices()), tensor(weights, shape))))([tensor(codebook)])[0]!
      .dataSync<'float32'>()
      .slice(),
  )
  const slow = new Float64Array(entries)
  places.forEach((place, i) => {
    slow[place]! += weights[i]!
  })
  expect(maxDifference(found, Float32Array.from(slow))).toBeLessThan(1e-5)
})

it('gives an entry of 0 no gradient', () => {
  const gradient = tidy(() =>
    grads((c: Tensor) => sum(lookup(c, tensor([0, 0, 1, 1, 2], [5], 'int32'))))([
      tensor([0, 3, -1]),
    ])[0]!.dataSync(),
  )
  expect([...gradient]).toEqual([0, 2, 1])
})
