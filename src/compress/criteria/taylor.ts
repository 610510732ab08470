import type { ChannelGroup } from '../../graph/groups.js'
import { producers } from './filters.js'
import { type Ranking, rankByScore } from './ranking.js'

/** What zeroing each output channel of a node would do to the loss, to first order; by node. */
export type LossChanges = ReadonlyMap<string, Float64Array>

/**
 * Ranks channels by how much the loss would change, to first order, without them (Molchanov et al. 2017, "Pruning
 * convolutional neural networks", eq. 8), added up over a group's producers.
 */
export function rankByTaylor(groups: readonly ChannelGroup[], changes: LossChanges): Ranking {
  return rankByScore(groups, group => {
    const score = new Float64Array(group.size)
    for (const { node, channelOf } of producers(group)) {
      const change = changes.get(node)
      channelOf.forEach((channel, index) => {
        if (channel >= 0) score[channel]! += change?.[index] ?? 0
      })
    }
    return score
  })
}

/** The nodes whose outputs `rankByTaylor` asks about. */
export function producingNodes(groups: readonly ChannelGroup[]): ReadonlySet<string> {
  return new Set(groups.flatMap(group => producers(group).map(({ node }) => node)))
}
