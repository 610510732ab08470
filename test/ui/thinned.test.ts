import { expect, it } from 'vitest'
import { emptyThinned, maxValues, meansOf, withFigure } from '../../src/ui/thinned.js'

it('is of bounded size and keeps the shape, the newest and the largest figure', () => {
  let thinned = emptyThinned
  for (let i = 0; i < 10_000; i++) thinned = withFigure(thinned, i)
  const means = meansOf(thinned)
  expect(means.length).toBeLessThanOrEqual(maxValues)
  expect(means.length).toBeGreaterThanOrEqual(maxValues / 2)
  means.slice(0, -1).forEach((mean, i) => {
    const first = i * thinned.perValue
    expect(mean).toBeCloseTo(first + (thinned.perValue - 1) / 2, 6)
  })
  expect([thinned.newest, thinned.most]).toEqual([9999, 9999])
})

it('takes what is no figure for nothing', () => {
  const one = withFigure(emptyThinned, -3)
  expect(withFigure(withFigure(one, undefined), Number.NaN)).toBe(one)
  expect([one.most, meansOf(one)]).toEqual([-3, [-3]])
})
