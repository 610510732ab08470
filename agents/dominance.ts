import { dominates, type Objectives } from '../src/dominance.js'

/**
 * The number of the front that each is on, from 0: the front that none dominates, then the one that only the first
 * dominates, and so on (fast non-dominated sort, Deb et al. 2002, section III.A).
 */
export function frontRanks(all: readonly Objectives[]): number[] {
  const below = all.map(a => all.flatMap((b, i) => (dominates(a, b) ? [i] : [])))
  const above = all.map(() => 0)
  for (const indices of below) for (const i of indices) above[i]!++
  const ranks = all.map(() => 0)
  let front = all.flatMap((_, i) => (above[i] === 0 ? [i] : []))
  for (let rank = 0; front.length > 0; rank++) {
    const next: number[] = []
    for (const i of front) {
      ranks[i] = rank
      for (const j of below[i]!) if (--above[j]! === 0) next.push(j)
    }
    front = next
  }
  return ranks
}

/**
 * How far apart the neighbours of each on its front are, summed over the aims, each in shares of its range; infinite at a
 * front's ends (Deb et al. 2002, section III.B).
 */
export function crowdingDistances(front: readonly Objectives[]): number[] {
  const distances = front.map(() => 0)
  for (let aim = 0; aim < (front[0]?.length ?? 0); aim++) {
    const order = front.map((_, i) => i).sort((i, j) => front[i]![aim]! - front[j]![aim]!)
    const at = (place: number) => front[order[place]!]![aim]!
    const last = order.length - 1
    const range = at(last) - at(0)
    for (const [place, i] of order.entries()) {
      if (place === 0 || place === last) distances[i] = Number.POSITIVE_INFINITY
      else if (range > 0 && range < Number.POSITIVE_INFINITY)
        distances[i]! += (at(place + 1) - at(place - 1)) / range
    }
  }
  return distances
}

/** Where each stands by the crowded comparison: the smaller, the better, and no two alike (Deb et al. 2002, section III.B). */
export function crowdedOrder(all: readonly Objectives[]): number[] {
  const ranks = frontRanks(all)
  const distances = all.map(() => 0)
  for (let rank = 0; rank <= Math.max(...ranks); rank++) {
    const members = all.flatMap((_, i) => (ranks[i] === rank ? [i] : []))
    const found = crowdingDistances(members.map(i => all[i]!))
    for (const [k, i] of members.entries()) distances[i] = found[k]!
  }
  // Infinite distances differ by nothing; of equally good ones the first counts as the better.
  const further = (i: number, j: number) =>
    distances[i] === distances[j] ? 0 : distances[j]! > distances[i]! ? 1 : -1
  const order = all.map((_, i) => i).sort((i, j) => ranks[i]! - ranks[j]! || further(i, j) || i - j)
  const places = all.map(() => 0)
  for (const [place, i] of order.entries()) places[i] = place
  return places
}
