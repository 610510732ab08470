import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import { rankByFilters } from './filters.js'
import type { Ranking } from './ranking.js'

/** Ranks channels by the sum of their filters' absolute weights (Li et al. 2017, "Pruning filters", section 3.1). */
export function rankByL1(graph: Graph, groups: readonly ChannelGroup[]): Ranking {
  return rankByFilters(graph, groups, filters =>
    filters.map(filter => filter.reduce((sum, weight) => sum + Math.abs(weight), 0)),
  )
}
