/** Area that points dominate above and to the right of the origin, both aims larger where better. */
export function hypervolume(points: readonly (readonly [number, number])[]): number {
  const sorted = points.toSorted(([a], [b]) => b - a)
  let [area, height] = [0, 0]
  for (const [x, y] of sorted) {
    if (y <= height) continue
    area += Math.max(0, x) * (y - height)
    height = y
  }
  return area
}
