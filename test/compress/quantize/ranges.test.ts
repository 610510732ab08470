import { describe, expect, it } from 'vitest'
import { endsOf, gridOf, type Range } from '../../../src/compress/quantize/grid.js'
import { addNumbers, emptyHistogram } from '../../../src/compress/quantize/histogram.js'
import { clippedShare, rangeMethods, rangeOf } from '../../../src/compress/quantize/ranges.js'
import { randomStream } from '../../../src/random.js'

const random = randomStream(1, 0, 'ranges')
const normal = Float32Array.from({ length: 10_000 }, () => random.normal())
const rectified = normal.map(x => Math.max(0, x))
const histogramOf = (numbers: Float32Array) => addNumbers(emptyHistogram(), numbers, 'v')

/** The mean squared error of a slow obvious quantiser. */
function errorOf(numbers: Float32Array, range: Range, bits: number): number {
  const { scale, zero } = gridOf(range, bits)
  const sum = numbers.reduce((total, x) => {
    const integer = Math.min(2 ** bits - 1, Math.max(0, Math.round(x / scale) + zero))
    return total + ((integer - zero) * scale - x) ** 2
  }, 0)
  return sum / numbers.length
}

describe('ranges', () => {
  it.each(rangeMethods)('%s holds zero, also of numbers on one side of it', method => {
    for (const numbers of [normal, rectified, normal.map(x => x + 50), normal.map(x => x - 50)])
      for (const bits of [2, 4, 8]) {
        const { low, high } = rangeOf(histogramOf(numbers), method, bits)
        expect(low).toBeLessThanOrEqual(0)
        expect(high).toBeGreaterThanOrEqual(0)
        const grid = gridOf({ low, high }, bits)
        expect(endsOf(grid, bits).low).toBeLessThanOrEqual(0)
        expect(Number.isInteger(grid.zero)).toBe(true)
      }
  })

  it.each(rangeMethods)('%s takes zeros, one number alone, and no numbers', method => {
    const zeros = rangeOf(histogramOf(new Float32Array(10)), method, 8)
    expect([zeros, gridOf(zeros, 8)]).toEqual([
      { low: 0, high: 0 },
      { scale: 1, zero: 0 },
    ])
    expect(rangeOf(emptyHistogram(), method, 8)).toEqual({ low: 0, high: 0 })
    for (const constant of [3, -0.25]) {
      const numbers = new Float32Array(10).fill(constant)
      const { scale, zero } = gridOf(rangeOf(histogramOf(numbers), method, 8), 8)
      const integer = Math.min(255, Math.max(0, Math.round(constant / scale) + zero))
      expect(Math.abs((integer - zero) * scale - constant)).toBeLessThan(0.01 * Math.abs(constant))
    }
  })

  it('minmax is all that was seen', () => {
    expect(rangeOf(histogramOf(normal), 'minmax', 8)).toEqual({
      low: normal.reduce((a, b) => Math.min(a, b)),
      high: normal.reduce((a, b) => Math.max(a, b)),
    })
  })

  it('percentile leaves out a ten-thousandth at each end', () => {
    const { low, high } = rangeOf(histogramOf(normal), 'percentile', 8)
    const sorted = normal.toSorted()
    expect(low / sorted[1]!).toBeCloseTo(1, 1)
    expect(high / sorted.at(-2)!).toBeCloseTo(1, 1)
    expect(clippedShare(histogramOf(normal), { low, high })).toBeLessThan(4e-4)
  })

  it.each([2, 3, 4, 8])('mse at %i bits has an error as small as the best of many ranges', bits => {
    for (const numbers of [normal, rectified]) {
      const found = errorOf(numbers, rangeOf(histogramOf(numbers), 'mse', bits), bits)
      const whole = rangeOf(histogramOf(numbers), 'minmax', bits)
      const largest = Math.max(-whole.low, whole.high)
      const limits = Array.from({ length: 100 }, (_, i) => (largest * (i + 1)) / 100)
      const tried = limits.map(limit =>
        errorOf(numbers, { low: Math.max(whole.low, -limit), high: Math.min(whole.high, limit) }, bits),
      )
      expect(found).toBeLessThan(1.1 * Math.min(...tried))
    }
  })

  it('kl at few bits gives up the tails, and at 8 bits next to nothing', () => {
    const whole = rangeOf(histogramOf(normal), 'minmax', 8)
    expect(rangeOf(histogramOf(normal), 'kl', 3).high).toBeLessThan(0.95 * whole.high)
    const { low, high } = rangeOf(histogramOf(normal), 'kl', 8)
    expect(clippedShare(histogramOf(normal), { low, high })).toBeLessThan(0.02)
  })

  it.each(['percentile', 'kl'] as const)('B06: %s lets no outlier widen the range', method => {
    const seen = histogramOf(Float32Array.of(...normal, 1e4))
    expect(rangeOf(seen, method, 8).high).toBeLessThan(20)
    expect(errorOf(normal, rangeOf(seen, method, 8), 8)).toBeLessThan(
      0.01 * errorOf(normal, rangeOf(seen, 'minmax', 8), 8),
    )
  })
})
