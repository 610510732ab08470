import { harmOf, knownLosses, type Losses } from '../../../envs/harm.js'
import type { Site } from '../../../envs/site.js'
import type { Ranking } from '../../compress/criteria/ranking.js'
import type { Moments } from '../../compress/moments.js'
import { groupSensitivity } from '../../compress/sensitivity.js'
import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'

/** Widths of a group at which its losses are computed; each takes the solution of a linear system. */
const LEVELS = 8

/**
 * How much each legal value of each site harms the network alone: of widths from the moments, at several of them; of bits,
 * ranks and blocks from what the agent is told of them.
 */
export function harmsOf(
  sites: readonly Site[],
  graph: Graph,
  groups: readonly ChannelGroup[],
  { moments, ranking }: { readonly moments: readonly Moments[]; readonly ranking: Ranking },
): readonly (readonly number[])[] {
  const lossesOf = (site: Site): Losses => {
    const group = groups.find(({ name }) => site.kind === 'keep' && name === site.name)
    if (group === undefined) return knownLosses(site)
    const values = levels(site.legal)
    const shares = values.map(value => value / group.size)
    const [errors = []] = groupSensitivity(graph, [group], moments, ranking, shares)
    return values.map((value, i) => ({ value, lost: errors[i]!.error }))
  }
  return sites.map(site => harmOf(site, lossesOf(site)))
}

/** Some of the legal values, largest first, the least among them; closer together where they are small. */
function levels(legal: readonly number[]): readonly number[] {
  const most = legal.length - 1
  const places = Array.from({ length: LEVELS }, (_, i) => Math.round(most * (1 - i / (LEVELS - 1)) ** 1.5))
  return [...new Set(places)].map(place => legal[place]!)
}
