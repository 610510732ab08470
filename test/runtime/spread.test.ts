import { describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { medianError, spreadOf } from '../../src/runtime/spread.js'

describe('a spread', () => {
  it('is by hand for 1 to 11, in any order', () => {
    const times = [11, 1, 10, 2, 9, 3, 8, 4, 7, 5, 6]
    expect(spreadOf(times)).toEqual({ median: 6, p10: 2, p90: 10, n: 11 })
  })

  it('of nothing is none', () => {
    expect(() => spreadOf([])).toThrow(RangeError)
  })
})

describe('the error of a median', () => {
  it('holds the true median 95 times of 100', () => {
    let held = 0
    for (let i = 0; i < 400; i++) {
      const random = randomStream(1, i, 'spread')
      const times = Array.from({ length: 100 }, () => 10 + random.normal())
      const { median } = spreadOf(times)
      if (Math.abs(median - 10) <= medianError(times) * median) held++
    }
    expect(held / 400).toBeGreaterThan(0.9)
  })

  it('is nothing where all are equal', () => {
    expect(medianError([3, 3, 3, 3])).toBe(0)
  })
})
