import type { ChannelGroup, GroupSlice } from '../../graph/groups.js'
import { elementCount, floats } from '../../graph/tensor.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { type Ranking, rankByScore } from './ranking.js'

/** The slices in which a group's channels are made. */
export function producers(group: ChannelGroup): readonly GroupSlice[] {
  return group.slices.filter(slice => slice.role === 'producer')
}

/**
 * Ranks channels by the weights that produce them: the scores of every slice that produces a group are added up.
 * @param score what the channels of one slice are worth, given each one's filter (all weights that make it, bias apart)
 * @throws GraphError for weights that are not float32.
 */
export function rankByFilters(
  graph: Graph,
  groups: readonly ChannelGroup[],
  score: (filters: readonly Float64Array[]) => readonly number[],
): Ranking {
  return rankByScore(groups, group => {
    const sum = new Float64Array(group.size)
    for (const slice of producers(group)) {
      score(filtersOf(graph, group, slice)).forEach((value, channel) => {
        sum[channel]! += value
      })
    }
    return sum
  })
}

/** Each channel's filter in one slice: the weights at all its indices along the slice's axis. */
function filtersOf(
  graph: Graph,
  group: ChannelGroup,
  { tensor, axis, channelOf }: GroupSlice,
): Float64Array[] {
  const weight = graph.initializers.get(tensor)
  if (weight?.dtype !== 'float32')
    throw new GraphError(`weight ${tensor}: expected float32 to rank its channels, found ${weight?.dtype}`)
  const values = floats(weight)
  const inner = elementCount(weight.shape.slice(axis + 1))
  const filters = Array.from({ length: group.size }, (): number[] => [])
  values.forEach((value, i) => {
    const channel = channelOf[Math.floor(i / inner) % channelOf.length]!
    if (channel >= 0) filters[channel]!.push(value)
  })
  return filters.map(filter => Float64Array.from(filter))
}
