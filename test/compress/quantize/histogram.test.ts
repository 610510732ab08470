import { describe, expect, it } from 'vitest'
import {
  addNumbers,
  binsOf,
  emptyHistogram,
  type Histogram,
  mergeHistograms,
} from '../../../src/compress/quantize/histogram.js'
import { randomStream } from '../../../src/random.js'

const random = randomStream(1, 0, 'histogram')
/** Numbers over many powers of two, on both sides of zero, zeros among them. */
const numbers = Float32Array.from({ length: 5000 }, (_, i) =>
  i % 7 === 0 ? 0 : random.normal() * 10 ** (8 * random.uniform() - 4),
)
const of = (...parts: readonly Float32Array[]): Histogram =>
  parts.reduce((histogram, part) => addNumbers(histogram, part, 'v'), emptyHistogram())

describe('histograms', () => {
  it('count every number in a bin around it, a sixty-fourth wide', () => {
    const bins = binsOf(of(numbers))
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(numbers.length)
    for (const { low, high, count } of bins) {
      expect(numbers.filter(x => x >= low && x <= high).length).toBeGreaterThanOrEqual(count)
      if (low > 1e-30) expect(high / low).toBeLessThanOrEqual(1 + 1 / 64)
      if (high < -1e-30) expect(low / high).toBeLessThanOrEqual(1 + 1 / 64)
    }
    expect(bins.map(({ low }) => low)).toEqual(bins.map(({ low }) => low).toSorted((a, b) => a - b))
  })

  it('are the same whatever the order, the batches, and who counted', () => {
    const whole = of(numbers)
    const [a, b] = [numbers.slice(0, 1234), numbers.slice(1234)]
    expect(of(b, a)).toEqual(whole)
    expect(mergeHistograms(of(a), of(b))).toEqual(whole)
    expect(mergeHistograms(of(b), of(a))).toEqual(whole)
    expect(mergeHistograms(emptyHistogram(), of(numbers))).toEqual(whole)
  })

  it('know their ends exactly', () => {
    const { min, max } = of(numbers)
    expect([min, max]).toEqual([numbers.toSorted()[0], numbers.toSorted().at(-1)])
  })

  it('take no more memory for more or wider numbers', () => {
    const wide = of(numbers, Float32Array.of(1e30, -1e30, 1e-30))
    expect(wide.counts.length).toBe(emptyHistogram().counts.length)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuse %s', x => {
    expect(() => of(Float32Array.of(1, x))).toThrow('value v: not finite')
  })
})
