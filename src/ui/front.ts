/** A trial that no other betters by score and by one kind of cost. */
export interface FrontPoint {
  readonly trial: number
  readonly cost: number
  readonly score: number
}

/** By rising cost, and so by rising score. */
export type Front = readonly FrontPoint[]

/** The front after one more trial; the same array where it changes nothing. Of equals the earlier one stays. */
export function withCandidate(front: Front, point: FrontPoint): Front {
  if (!Number.isFinite(point.cost) || !Number.isFinite(point.score)) return front
  const above = front.findIndex(({ cost }) => cost > point.cost)
  const end = above === -1 ? front.length : above
  const cheaper = front[end - 1]
  if (cheaper !== undefined && cheaper.score >= point.score) return front
  const kept = front.slice(0, end).filter(({ cost }) => cost < point.cost)
  return [...kept, point, ...front.slice(end).filter(({ score }) => score > point.score)]
}
