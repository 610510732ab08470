import { expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { extent, lowerFence, spacious, thinned, thinnedLine } from '../../src/report/thin.js'

const random = randomStream(1, 0, 'thin')
const cloud = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ x: random.normal(), y: random.normal(), i }))

it('leaves few points as they are', () => {
  const points = cloud(100)
  expect(thinned(points, 100)).toBe(points)
  expect(thinnedLine(points, 100)).toBe(points)
})

it.each([2, 10, 500])('keeps at most %i points, all of them of the cloud and in its order', most => {
  const points = cloud(3000)
  const kept = thinned(points, most)
  expect(kept.length).toBeLessThanOrEqual(most)
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.every((point, k) => points[point.i] === point && (k === 0 || kept[k - 1]!.i < point.i))).toBe(
    true,
  )
})

it('leaves out only points near one that it keeps', () => {
  const points = cloud(5000)
  const kept = thinned(points, 1000)
  const [left, right] = extent(points.map(({ x }) => x))
  const [bottom, top] = extent(points.map(({ y }) => y))
  // A thousand points of a grid twice as wide as high are 22 rows at least, so 1/22 of either side is more than a cell.
  const near = points.map(point =>
    kept.some(
      other =>
        Math.abs(other.x - point.x) <= (right - left) / 22 &&
        Math.abs(other.y - point.y) <= (top - bottom) / 22,
    ),
  )
  expect(near.every(Boolean)).toBe(true)
})

it('thins what lies on one spot or on one line', () => {
  const same = Array.from({ length: 50 }, () => ({ x: 1, y: 2 }))
  expect(thinned(same, 10)).toEqual([{ x: 1, y: 2 }])
  const level = Array.from({ length: 5000 }, (_, x) => ({ x, y: 3 }))
  expect(thinned(level, 100).length).toBeLessThanOrEqual(100)
})

it('keeps the least and the largest of every stretch of a line', () => {
  const points = Array.from({ length: 1000 }, (_, x) => ({
    x,
    y: x === 517 ? 9 : x === 733 ? -9 : Math.sin(x),
  }))
  const kept = thinnedLine(points, 100)
  expect(kept.length).toBeLessThanOrEqual(100)
  expect(kept).toContain(points[517])
  expect(kept).toContain(points[733])
  expect(kept.every((point, i) => i === 0 || kept[i - 1]!.x < point.x)).toBe(true)
})

it('has the fence of a box plot', () => {
  // Quartiles 2 and 4 by hand: the fence is 2 - 1.5 * 2.
  expect(lowerFence([-100, 1, 2, 2, 3, 3, 4, 4, 5])).toBe(-1)
  expect(lowerFence([5, 4, 3])).toBe(3)
  expect(lowerFence([])).toBe(Number.NEGATIVE_INFINITY)
})

it('leaves room even around one value', () => {
  const [low, high] = spacious([7])
  expect(low).toBeLessThan(7)
  expect(high).toBeGreaterThan(7)
  expect(spacious([0, 100])).toEqual([-4, 104])
})
