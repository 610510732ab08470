import { expect, it } from 'vitest'
import { widthOf } from '../../envs/decidables.js'
import { largestWithin } from '../../envs/within.js'
import { randomStream } from '../../src/random.js'

it('stays within the outer policy and the budget, and above the inner one where that fits', () => {
  let filled = 0
  for (let seed = 0; seed < 300; seed++) {
    const random = randomStream(seed, 0, 'within')
    const sites = Array.from({ length: 4 }, (_, i) =>
      widthOf(
        { name: `g${i}`, size: 4 + random.below(30), each: 1 },
        { round: 1 + random.below(4), minKeep: 0 },
      ),
    )
    const draw = () => sites.map(({ legal }) => legal[random.below(legal.length)]!)
    const [inner, outer] = [draw(), draw()]
    const cost = (values: ArrayLike<number>) =>
      values[0]! * values[1]! + values[1]! * values[2]! + values[2]! * values[3]!
    // The inner policy meets the point.
    const limit = cost(inner) * (1 + random.uniform())
    const values = largestWithin(sites, [{ kind: 'macs', limit, cost }], inner, outer)
    expect(cost(values)).toBeLessThanOrEqual(limit)
    for (const [i, value] of values.entries()) {
      expect(sites[i]!.legal).toContain(value)
      expect(value).toBeLessThanOrEqual(outer[i]!)
      expect(value).toBeGreaterThanOrEqual(Math.min(inner[i]!, outer[i]!))
    }
    if (values.some((value, i) => value > Math.min(inner[i]!, outer[i]!))) filled++
  }
  expect(filled).toBeGreaterThan(100)
})
