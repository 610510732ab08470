import type { ChannelGroup } from '../../graph/groups.js'
import type { KeptChannels } from '../../graph/slice.js'
import { GraphError } from '../../graph/types.js'

/** Each group's channels, by group name, from the one to keep first to the one to drop first. */
export type Ranking = ReadonlyMap<string, Int32Array>

/**
 * Ranks each group's channels by a score, the highest first; ties go to the lower channel.
 * @param scoreOf one score a channel, [group.size]
 */
export function rankByScore(
  groups: readonly ChannelGroup[],
  scoreOf: (group: ChannelGroup) => Float64Array,
): Ranking {
  return new Map(
    groups.map(group => {
      const score = scoreOf(group)
      return [group.name, Int32Array.from(score.keys()).sort((a, b) => score[b]! - score[a]! || a - b)]
    }),
  )
}

/**
 * The first `count` channels of each group's ranking, in their own order; a group without a count stays whole.
 * @throws GraphError for a count that is not between one and all of a group's channels.
 */
export function keepBest(ranking: Ranking, counts: Readonly<Record<string, number>>): KeptChannels {
  return new Map(
    [...ranking].map(([name, order]) => {
      // A group may be called `constructor`.
      const count = Object.hasOwn(counts, name) ? counts[name]! : order.length
      if (!Number.isInteger(count) || count < 1 || count > order.length) {
        throw new GraphError(`group ${name}: expected to keep 1 to ${order.length} channels, found ${count}`)
      }
      return [name, order.slice(0, count).sort()]
    }),
  )
}
