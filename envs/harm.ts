import { halfAndQuarter } from './measured.js'
import type { Site } from './site.js'

/** The share of its output that a site loses for good at some values, most first; between them it is linear. */
export type Losses = readonly { readonly value: number; readonly lost: number }[]

/** What its features tell of a site. */
export function knownLosses({ kind, legal, features }: Site): Losses {
  const [half, quarter] = halfAndQuarter({ kind, legal })
  return [
    { value: legal.at(-1)!, lost: 0 },
    { value: half, lost: features.errorAtHalf },
    { value: quarter, lost: features.errorAtQuarter },
    { value: 0, lost: 1 },
  ]
}

/**
 * How much each legal value of a site harms the network, in [0,1], falling: the square of what is lost. The squares of
 * several sites add up better than the losses do, whose sum takes many small ones for a large one.
 */
export function harmOf({ legal }: Pick<Site, 'legal'>, losses: Losses): readonly number[] {
  const lostAt = (value: number): number => {
    const below = losses.findIndex(known => known.value <= value)
    if (below < 0) return 1
    const [from, to] = [losses[below]!, losses[Math.max(0, below - 1)]!]
    if (from.value === to.value) return from.lost
    return from.lost + ((to.lost - from.lost) * (value - from.value)) / (to.value - from.value)
  }
  const harm = legal.map(value => Math.min(1, Math.max(0, lostAt(value))) ** 2)
  // More channels or bits never harm, whatever the estimate says.
  for (let i = harm.length - 2; i >= 0; i--) harm[i] = Math.max(harm[i]!, harm[i + 1]!)
  return harm
}
