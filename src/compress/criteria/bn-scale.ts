import type { ChannelGroup, GroupSlice } from '../../graph/groups.js'
import { floats } from '../../graph/tensor.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { producers } from './filters.js'
import { type Ranking, rankByScore } from './ranking.js'

/**
 * Ranks channels by the absolute scale of the batch normalisation behind their producers, added up over a group's
 * producers (Liu et al. 2017, "Network slimming", section 3).
 * @throws GraphError naming the first producer that no batch normalisation reads: exporters often fold it away.
 */
export function rankByBatchNormScale(graph: Graph, groups: readonly ChannelGroup[]): Ranking {
  return rankByScore(groups, group => {
    const score = new Float64Array(group.size)
    for (const slice of producers(group)) {
      const scale = scaleBehind(graph, slice)
      slice.channelOf.forEach((channel, index) => {
        if (channel >= 0) score[channel]! += Math.abs(scale[index]!)
      })
    }
    return score
  })
}

/** The scale that the outputs of a slice's node meet, one value an index. */
function scaleBehind(graph: Graph, { node, channelOf }: GroupSlice): Float32Array {
  const output = graph.nodes.find(({ id }) => id === node)?.outputs[0]
  const norm = graph.nodes.find(({ op, inputs }) => op === 'BatchNormalization' && inputs[0] === output)
  const scale = graph.initializers.get(norm?.inputs[1] ?? '')
  if (scale?.dtype !== 'float32' || scale.data.length !== channelOf.length) {
    throw new GraphError(
      `criterion bn-scale: no batch normalisation stands behind ${node} (exporters fold it into the layer); choose another criterion`,
    )
  }
  return floats(scale)
}
