import type { Ranking } from '../src/compress/criteria/ranking.js'
import type { Moments } from '../src/compress/moments.js'
import { groupSensitivity } from '../src/compress/sensitivity.js'
import { intAttribute, intsAttribute } from '../src/graph/attributes.js'
import { costModel, layerCosts } from '../src/graph/cost.js'
import type { ChannelGroup } from '../src/graph/groups.js'
import { inferShapes } from '../src/graph/shapes.js'
import type { Graph, Node } from '../src/graph/types.js'
import type { Decidable, SiteFeatures } from './site.js'

/** Output energy that is lost at half and at a quarter of what there is, in [0,1]. */
type Errors = Pick<SiteFeatures, 'errorAtHalf' | 'errorAtQuarter'>

/** What the agent is told of each channel group. */
export function groupFeatures(
  graph: Graph,
  groups: readonly ChannelGroup[],
  moments: readonly Moments[],
  ranking: Ranking,
): ReadonlyMap<string, SiteFeatures> {
  const formOf = layerForms(graph)
  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  const { macs } = costModel(graph, groups)
  const whole = groups.map(group => group.size)
  const total = macs(whole)
  const sensitivity = groupSensitivity(graph, groups, moments, ranking, [0.5, 0.25])
  return new Map(
    groups.map((group, g) => {
      const producer = group.slices.find(slice => slice.role === 'producer')?.node ?? ''
      const [atHalf, atQuarter] = sensitivity[g]!
      const features = {
        ...formOf(producer),
        outChannels: group.size,
        depthwise: group.slices.some(({ node }) => isDepthwise(nodes.get(node))) ? 1 : 0,
        macs: total - macs(whole.map((size, i) => (i === g ? 0 : size))),
        errorAtHalf: atHalf?.error ?? 0,
        errorAtQuarter: atQuarter?.error ?? 0,
      }
      return [group.name, features]
    }),
  )
}

/** What the agent is told of layers' bits or rank, given what 4 and 2 bits or ranks of half and a quarter of the cost lose. */
export function layerFeatures(graph: Graph): (decidable: Decidable, errors: Errors) => SiteFeatures {
  const formOf = layerForms(graph)
  const macs = new Map<string, number>()
  for (const cost of layerCosts(graph)) macs.set(cost.node, (macs.get(cost.node) ?? 0) + cost.macs)
  return ({ layers }, errors) => ({
    ...formOf(layers[0] ?? ''),
    ...errors,
    macs: layers.reduce((sum, layer) => sum + (macs.get(layer) ?? 0), 0),
  })
}

/** The form of a layer, of a convolution or a dense one, by its node. */
function layerForms(graph: Graph): (id: string) => Omit<SiteFeatures, 'macs' | keyof Errors> {
  const shapes = inferShapes(graph)
  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  return id => {
    const node = nodes.get(id)
    const weight = graph.initializers.get(node?.inputs[1] ?? '')?.shape ?? []
    const input = shapes.get(node?.inputs[0] ?? '') ?? []
    const made = shapes.get(node?.outputs[0] ?? '') ?? []
    const convolution = node?.op === 'Conv'
    return {
      dense: convolution ? 0 : 1,
      depthwise: isDepthwise(node) ? 1 : 0,
      outChannels: (convolution ? made[1] : made.at(-1)) ?? 1,
      inChannels: (convolution ? input[1] : input.at(-1)) ?? 1,
      height: convolution ? (input[2] ?? 1) : 1,
      width: convolution ? (input[3] ?? 1) : 1,
      stride: convolution ? (intsAttribute(node, 'strides', [1])[0] ?? 1) : 0,
      kernel: convolution ? (weight[2] ?? 1) : 1,
    }
  }
}

function isDepthwise(node: Node | undefined): boolean {
  return node?.op === 'Conv' && intAttribute(node, 'group', 1) > 1
}
