import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import { rankByFilters } from './filters.js'
import type { Ranking } from './ranking.js'

/** Ranks channels by the Euclidean length of their filters (He et al. 2018, "Soft filter pruning"). */
export function rankByL2(graph: Graph, groups: readonly ChannelGroup[]): Ranking {
  return rankByFilters(graph, groups, filters =>
    filters.map(filter => Math.sqrt(filter.reduce((sum, weight) => sum + weight * weight, 0))),
  )
}
