import { describe, expect, it } from 'vitest'
import { sparsityAt, sparsitySchedules } from '../../../src/compress/sparsity/schedule.js'

const STEPS = 500
const along = (schedule: (typeof sparsitySchedules)[number]) =>
  Array.from({ length: STEPS }, (_, step) => sparsityAt(schedule, 0.9, step, STEPS))

describe.each(sparsitySchedules)('%s sparsity', schedule => {
  it('rises to the wanted share and leaves time to recover', () => {
    const shares = along(schedule)
    shares.forEach((share, step) => {
      expect(share).toBeGreaterThanOrEqual(step === 0 ? 0 : shares[step - 1]!)
    })
    expect(shares[300]).toBeCloseTo(0.9, 12)
    expect(shares.at(-1)).toBeCloseTo(0.9, 12)
  })

  it.each([1, 2, 3])('is reached in %d steps too', steps => {
    expect(sparsityAt(schedule, 0.9, steps - 1, steps)).toBe(sparsityAt('one-shot', 0.9, 0, 1))
  })

  it('ends at the wanted share to the last bit, whatever it is', () => {
    const shares = Array.from({ length: 99 }, (_, i) => (i + 1) / 100)
    expect(shares.map(share => sparsityAt(schedule, share, STEPS - 1, STEPS))).toEqual(shares)
  })
})

it('gradual sparsity follows the cubic to within one of its updates', () => {
  along('gradual').forEach((share, step) => {
    const cubic = (at: number) => 0.9 * (1 - (1 - Math.min(1, at / 299)) ** 3)
    expect(share).toBeLessThanOrEqual(cubic(step) + 1e-9)
    expect(share).toBeGreaterThanOrEqual(cubic(step - 299 / 40) - 1e-9)
  })
})

it('iterative sparsity takes the same share of what is left each time', () => {
  const left = [...new Set(along('iterative'))].map(share => 1 - share)
  expect(left).toHaveLength(5)
  for (const [i, rest] of left.entries()) expect(rest).toBeCloseTo(0.1 ** ((i + 1) / 5), 12)
})
