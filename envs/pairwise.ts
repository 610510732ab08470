import { randomStream } from '../src/random.js'
import type { Decidable } from './site.js'

/** What two sites cost beyond what each costs alone, by the positions of their values. */
export interface PairCost {
  readonly first: number
  readonly second: number
  readonly table: readonly (readonly number[])[]
}

/** A cost as a sum over sites and pairs of sites, by the positions of their legal values. */
export interface PairwiseCost {
  /** Of the least values everywhere. */
  readonly least: number
  /** What each site adds to it. */
  readonly alone: readonly (readonly number[])[]
  readonly pairs: readonly PairCost[]
}

/** Random policies on which the sum has to be the cost, and how near, as a share. */
const CHECKS = 50
const TOLERANCE = 1e-6

/**
 * Takes a cost apart by asking it: multiply-accumulates and parameters of a layer depend on what it reads and on what it
 * makes, so no more than two sites come together. Null where that is not so, as for the bytes of a compressed file.
 */
export function pairwiseCost(
  cost: (values: ArrayLike<number>) => number,
  sites: readonly Pick<Decidable, 'legal'>[],
): PairwiseCost | null {
  const values = sites.map(({ legal }) => legal[0]!)
  const at = (chosen: readonly (readonly [site: number, position: number])[]) => {
    for (const [site, position] of chosen) values[site] = sites[site]!.legal[position]!
    const found = cost(values)
    for (const [site] of chosen) values[site] = sites[site]!.legal[0]!
    return found
  }
  const least = at([])
  const alone = sites.map(({ legal }, site) => legal.map((_, position) => at([[site, position]]) - least))
  const pairs = sites.flatMap((a, first) =>
    sites.slice(first + 1).flatMap((b, offset): PairCost[] => {
      const second = first + 1 + offset
      const beyond = (p: number, q: number) =>
        at([
          [first, p],
          [second, q],
        ]) -
        least -
        alone[first]![p]! -
        alone[second]![q]!
      // Sites that touch no common layer have nothing between them, least of all at their largest.
      const most = beyond(a.legal.length - 1, b.legal.length - 1)
      if (Math.abs(most) <= TOLERANCE * Math.max(1, least)) return []
      return [{ first, second, table: a.legal.map((_, p) => b.legal.map((_, q) => beyond(p, q))) }]
    }),
  )
  const sum = { least, alone, pairs }
  const isSum = Array.from({ length: CHECKS }, (_, check) => {
    const random = randomStream('pairwise', check, 'positions')
    return sites.map(({ legal }) => random.below(legal.length))
  }).every(positions => {
    const real = at(positions.map((position, site) => [site, position]))
    return Math.abs(costOf(sum, positions) - real) <= TOLERANCE * Math.abs(real)
  })
  return isSum ? sum : null
}

export function costOf({ least, alone, pairs }: PairwiseCost, positions: ArrayLike<number>): number {
  const single = alone.reduce((sum, site, i) => sum + site[positions[i]!]!, least)
  return pairs.reduce(
    (sum, { first, second, table }) => sum + table[positions[first]!]![positions[second]!]!,
    single,
  )
}
