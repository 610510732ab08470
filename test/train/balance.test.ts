import { describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { learnUncertainty, uncertaintyWeights } from '../../src/train/balance.js'
import { minNorm } from '../../src/train/min-norm.js'
import { normalSamples } from '../fixtures/run.js'

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (x, i) => x * b[i]!).reduce((s, x) => s + x, 0)

describe('the shortest shared gradient', () => {
  it.each([1, 2, 3, 4])(
    'of %i is shorter than any other on a grid, and none of them grows along it',
    count => {
      const random = randomStream(count, 0, 'gradients')
      for (let round = 0; round < 20; round++) {
        const gradients = Array.from({ length: count }, () => normalSamples(random, 6))
        const products = gradients.map(a => gradients.map(b => dot(a, b)))
        const lengthOf = (shares: readonly number[]) =>
          shares.reduce((sum, a, i) => sum + shares.reduce((s, b, j) => s + a * b * products[i]![j]!, 0), 0)
        const shares = minNorm(products)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
        const least = lengthOf(shares)
        for (let tried = 0; tried < 300; tried++) {
          const raw = Array.from({ length: count }, () => -Math.log(1 - random.below(1e6) / 1e6))
          const all = raw.reduce((sum, value) => sum + value, 0)
          expect(least).toBeLessThanOrEqual(lengthOf(raw.map(value => value / all)) + 1e-2)
        }
        const point = Array.from({ length: 6 }, (_, k) =>
          shares.reduce((sum, share, i) => sum + share * gradients[i]![k]!, 0),
        )
        for (const gradient of gradients) expect(dot(gradient, point)).toBeGreaterThan(least - 0.1)
      }
    },
  )

  it('of two is where the line through them is nearest', () => {
    // min over a of |a u + (1 - a) v|^2 at a = (v - u) v / |v - u|^2.
    const [u, v] = [Float32Array.of(2, 0), Float32Array.of(0, 1)]
    const [first, second] = minNorm([
      [dot(u, u), dot(u, v)],
      [dot(v, u), dot(v, v)],
    ])
    expect([first, second]).toEqual([expect.closeTo(0.2, 6), expect.closeTo(0.8, 6)])
  })
})

it('uncertainties come to rest where each loss has its likeliest variance', () => {
  const wanted = [{ kind: 'classes' }, { kind: 'numbers' }] as const
  const logVariances = new Float64Array(2)
  for (let step = 0; step < 5000; step++) learnUncertainty(logVariances, wanted, [0.3, 4], 0.02)
  // The minimum of w loss + ln(sigma^2) / 2 over ln(sigma^2): sigma^2 is twice the loss of classes, and the squared error.
  expect(Math.exp(logVariances[0]!)).toBeCloseTo(0.6, 4)
  expect(Math.exp(logVariances[1]!)).toBeCloseTo(4, 4)
  expect(uncertaintyWeights(logVariances, wanted)).toEqual([
    expect.closeTo(1 / 0.6, 3),
    expect.closeTo(1 / 8, 4),
  ])
})
