import type { Ranking } from '../src/compress/criteria/ranking.js'
import type { Moments } from '../src/compress/moments.js'
import { groupSensitivity } from '../src/compress/sensitivity.js'
import { intAttribute, intsAttribute } from '../src/graph/attributes.js'
import { costModel } from '../src/graph/cost.js'
import type { ChannelGroup } from '../src/graph/groups.js'
import { inferShapes } from '../src/graph/shapes.js'
import type { Graph, Node } from '../src/graph/types.js'
import type { Site } from './channels.js'

/** The decision sites of a graph, one a channel group, with what the agent is told of each. */
export function channelSites(
  graph: Graph,
  groups: readonly ChannelGroup[],
  moments: readonly Moments[],
  ranking: Ranking,
): readonly Site[] {
  const shapes = inferShapes(graph)
  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  const { macs } = costModel(graph, groups)
  const whole = groups.map(group => group.size)
  const total = macs(whole)
  const sensitivity = groupSensitivity(graph, groups, moments, ranking, [0.5, 0.25])
  return groups.map((group, g) => {
    const producer = nodes.get(group.slices.find(slice => slice.role === 'producer')?.node ?? '')
    const weight = graph.initializers.get(producer?.inputs[1] ?? '')?.shape ?? []
    const input = shapes.get(producer?.inputs[0] ?? '') ?? []
    const convolution = producer?.op === 'Conv'
    const [atHalf, atQuarter] = sensitivity[g]!
    return {
      name: group.name,
      size: group.size,
      each: group.each,
      features: {
        dense: convolution ? 0 : 1,
        depthwise: group.slices.some(({ node }) => isDepthwise(nodes.get(node))) ? 1 : 0,
        outChannels: group.size,
        inChannels: (convolution ? input[1] : input.at(-1)) ?? 1,
        height: convolution ? (input[2] ?? 1) : 1,
        width: convolution ? (input[3] ?? 1) : 1,
        stride: convolution && producer !== undefined ? (intsAttribute(producer, 'strides', [1])[0] ?? 1) : 0,
        kernel: convolution ? (weight[2] ?? 1) : 1,
        macs: total - macs(whole.map((size, i) => (i === g ? 0 : size))),
        errorAtHalf: atHalf?.error ?? 0,
        errorAtQuarter: atQuarter?.error ?? 0,
      },
    }
  })
}

function isDepthwise(node: Node | undefined): boolean {
  return node?.op === 'Conv' && intAttribute(node, 'group', 1) > 1
}
