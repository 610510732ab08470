/** Where a point is drawn. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** Columns for each row of the grid: plots are wider than high. */
const ASPECT = 2

/**
 * At most `most` of some points: the first in each cell of the finest grid over them that has so few cells in use. As cells
 * are small, what is left out lies under what is kept. All of them where they are few.
 * @param most at least 2
 */
export function thinned<T extends Place>(points: readonly T[], most: number): readonly T[] {
  if (points.length <= most) return points
  const [left, right] = extent(points.map(({ x }) => x))
  const [bottom, top] = extent(points.map(({ y }) => y))
  const cell = (value: number, low: number, high: number, cells: number) =>
    high > low ? Math.min(cells - 1, Math.floor(((value - low) / (high - low)) * cells)) : 0
  const firsts = (rows: number) => {
    const columns = rows * ASPECT
    const kept = new Map<number, T>()
    for (const point of points) {
      const key = cell(point.y, bottom, top, rows) * columns + cell(point.x, left, right, columns)
      if (!kept.has(key)) kept.set(key, point)
    }
    return [...kept.values()]
  }
  for (let rows = 256; rows > 1; rows = Math.floor(rows * 0.8)) {
    const kept = firsts(rows)
    if (kept.length <= most) return kept
  }
  return firsts(1).slice(0, most)
}

/** The least and the largest, however many there are. */
export function extent(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}

/** A little more than from the least to the largest, so that nothing lies on the edge. */
export function spacious(values: readonly number[]): [number, number] {
  const [low, high] = extent(values)
  const space = (high - low || Math.abs(high) || 1) * 0.04
  return [low - space, high + space]
}

/**
 * A line through at most `most` places: of each of equal stretches the least and the largest, so that no peak is lost.
 * @param points by rising x
 * @param most at least 2
 */
export function thinnedLine<T extends Place>(points: readonly T[], most: number): readonly T[] {
  if (points.length <= most) return points
  const stretches = Math.floor(most / 2)
  return Array.from({ length: stretches }, (_, i) => {
    const part = points.slice(
      Math.floor((i * points.length) / stretches),
      Math.floor(((i + 1) * points.length) / stretches),
    )
    const low = part.reduce((a, b) => (b.y < a.y ? b : a))
    const high = part.reduce((a, b) => (b.y > a.y ? b : a))
    return low === high ? [low] : part.filter(point => point === low || point === high)
  }).flat()
}

/**
 * Below what values are so far off that they would squeeze the others: the lower fence of a box plot, the first quartile
 * less 1.5 times the range between the quartiles (Tukey 1977); no less than the least.
 */
export function lowerFence(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return Number.NEGATIVE_INFINITY
  const quartile = (share: number) => sorted[Math.round((sorted.length - 1) * share)]!
  const [first, third] = [quartile(0.25), quartile(0.75)]
  return Math.max(sorted[0]!, first - 1.5 * (third - first))
}
