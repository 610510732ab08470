import { describe, expect, it } from 'vitest'
import { kMeans, nearest } from '../../../src/compress/sharing/k-means.js'
import { startNames, startsOf } from '../../../src/compress/sharing/starts.js'
import { randomStream } from '../../../src/random.js'
import { cpuTime } from '../../fixtures/cpu.js'
import { normalSamples } from '../../fixtures/run.js'

const random = randomStream(17, 0, 'k-means')

const errorOf = (numbers: Float32Array, centres: ArrayLike<number>) =>
  numbers.reduce((sum, x) => sum + Math.min(...Array.from(centres, c => (x - c) ** 2)), 0)

/** The least sum of squares of any `k` clusters on a line, by dynamic programming. */
function leastError(numbers: Float32Array, k: number): number {
  const sorted = numbers.toSorted()
  const cost = (from: number, to: number) => {
    const run = sorted.subarray(from, to)
    const mean = run.reduce((a, b) => a + b, 0) / run.length
    return run.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  }
  let best = Array.from({ length: sorted.length + 1 }, (_, n) => (n === 0 ? 0 : cost(0, n)))
  for (let clusters = 2; clusters <= k; clusters++)
    best = best.map((one, n) =>
      Array.from({ length: n }, (_, i) => best[i]! + cost(i, n)).reduce((a, b) => Math.min(a, b), one),
    )
  return best[sorted.length]!
}

describe.each(startNames)('%s start', start => {
  it('ends where every centre is the mean of the numbers nearest to it, none empty, over random cases', () => {
    for (let trial = 0; trial < 60; trial++) {
      const n = 1 + random.below(200)
      const k = 1 + random.below(20)
      // Few values, many equal ones, and a far one: what empties clusters.
      const coarse = trial % 3 === 0
      const numbers = normalSamples(random, n).map(x => (coarse ? Math.round(x * 2) / 2 : x ** 3))
      if (trial % 5 === 0) numbers[0] = 1e4
      const centres = kMeans(numbers, k, start, random)
      expect([...centres]).toEqual([...centres].toSorted((a, b) => a - b))
      expect(centres.length).toBe(Math.min(k, new Set(numbers).size))
      const indices = nearest(numbers, centres)
      for (const [j, centre] of centres.entries()) {
        const own = numbers.filter((_, i) => indices[i] === j)
        expect(own.length).toBeGreaterThan(0)
        const mean = own.reduce((sum, x) => sum + x, 0) / own.length
        expect(Math.abs(mean - centre)).toBeLessThan(1e-6 * Math.max(1, Math.abs(centre)))
      }
    }
  })

  it('is no worse than its start and no better than the best there is', () => {
    for (let trial = 0; trial < 10; trial++) {
      const numbers = normalSamples(random, 40)
      const found = errorOf(numbers, kMeans(numbers, 5, start, random))
      expect(found).toBeLessThanOrEqual(
        errorOf(numbers, startsOf(numbers.toSorted(), 5, start, random)) + 1e-9,
      )
      expect(found).toBeGreaterThanOrEqual(leastError(numbers, 5) - 1e-6)
    }
  })
})

it('finds the clusters that there are', () => {
  const centres = [-3, 0.5, 7]
  const numbers = Float32Array.from({ length: 300 }, (_, i) => centres[i % 3]! + 0.01 * random.normal())
  for (const [j, centre] of kMeans(numbers, 3, 'linear', random).entries())
    expect(centre).toBeCloseTo(centres[j]!, 2)
})

it('spreads a linear start over the range, ends included', () => {
  expect([...startsOf(Float32Array.of(-1, 0, 0, 0, 3), 5, 'linear', random)]).toEqual([-1, 0, 1, 2, 3])
})

it('gives each number to the nearest centre, as a slow search does', () => {
  const centres = normalSamples(random, 37).toSorted()
  const numbers = normalSamples(random, 500)
  const slow = Array.from(numbers, x => {
    const distances = Array.from(centres, c => Math.abs(x - c))
    return distances.indexOf(Math.min(...distances))
  })
  expect([...nearest(numbers, centres)]).toEqual(slow)
})

it('takes little longer for many more numbers than for sorting them', () => {
  const numbers = normalSamples(random, 2 ** 19)
  const sort = cpuTime(() => numbers.toSorted())
  expect(cpuTime(() => kMeans(numbers, 16, 'linear', random)) / sort).toBeLessThan(10)
})
