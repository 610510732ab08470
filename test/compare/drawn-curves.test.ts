import { expect, it } from 'vitest'
import { drawnCurves, endOf, floorOf } from '../../src/compare/drawn-curves.js'
import { comparisonResult } from '../../src/compare/result.js'
import { runOf, toldOf } from './runs.js'

const over = runOf({ told: toldOf([0.5, 0.7, 0.6], i => 10 * (i + 1)) })
const slow = runOf({ group: 'slow', told: toldOf([0.4, 0.8], i => 500 * (i + 1)) })
const underWay = runOf({ group: 'half', told: toldOf([0.6], () => 20), planned: 3, finished: false })
const { groups } = comparisonResult(null, [over, slow, underWay], {})

it('goes on with what a search that is over had found, and with no other', () => {
  const ends = drawnCurves(groups, 'time').map(({ group, points }) => [
    group,
    points.at(-1)?.spent,
    points.at(-1)?.median,
  ])
  expect(ends).toEqual([
    ['ddpg', 1000, 0.7],
    ['slow', 1000, 0.8],
    ['half', 20, 0.6],
  ])
  expect(drawnCurves(groups, 'evaluations').map(({ points }) => points.length)).toEqual([3, 2, 1])
})

it('begins with the least that a tenth of the way had brought, or that a curve begins with', () => {
  const curves = drawnCurves(groups, 'time')
  // By 100 ms the first had found 0.7; the second begins after that.
  expect([endOf(curves), floorOf(curves)]).toEqual([1000, 0.4])
  expect(floorOf(curves.slice(0, 1).concat(curves.slice(2)))).toBe(0.6)
  expect(endOf([{ points: [] }])).toBe(0)
})
