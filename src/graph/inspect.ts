import { costModel, layerCosts } from './cost.js'
import type { AxisRole } from './coupling/coupling.js'
import { type ChannelGroup, channelGroups, type FrozenChannels } from './groups.js'
import { countParams } from './parameters.js'
import { inferShapes } from './shapes.js'
import type { Graph } from './types.js'

/** One operator of a model and what it costs. */
export interface Layer {
  readonly node: string
  readonly op: string
  /** Shape of its first output, of one sample where the model leaves the batch open. */
  readonly shape: readonly number[]
  readonly macs: number
  /** Parameters it reads that no layer before it reads, so that the layers add up to the model. */
  readonly params: number
}

/** A channel group by the nodes that take part in it. */
export interface GroupOutline {
  readonly name: string
  readonly size: number
  /** Nodes that make the channels. */
  readonly producers: readonly string[]
  /** Nodes that hold one value a channel and hand it on, such as depthwise convolutions. */
  readonly carriers: readonly string[]
  /** Nodes that sum over the channels. */
  readonly consumers: readonly string[]
}

/** What a model is made of, what of it can be pruned, and what cannot and why. */
export interface Inspection {
  readonly layers: readonly Layer[]
  readonly groups: readonly GroupOutline[]
  readonly frozen: readonly FrozenChannels[]
  readonly macs: number
  readonly params: number
  /** Parameters that go when channels go, as a share of all, in [0,1]. */
  readonly prunable: number
}

/** @throws GraphError for an operator that is not understood or shapes that do not fit. */
export function inspectGraph(graph: Graph): Inspection {
  const { groups, frozen } = channelGroups(graph)
  const layers = layersOf(graph)
  const params = countParams(graph)
  const fixed = costModel(graph, groups).params(groups.map(() => 0))
  return {
    layers,
    groups: groups.map(outline),
    frozen,
    macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
    params,
    prunable: params === 0 ? 0 : 1 - fixed / params,
  }
}

/** Every operator of a model, in order. */
export function layersOf(graph: Graph): Layer[] {
  const shapes = inferShapes(graph)
  const macs = new Map<string, number>()
  for (const layer of layerCosts(graph)) macs.set(layer.node, (macs.get(layer.node) ?? 0) + layer.macs)
  const counted = new Set<string>()
  return graph.nodes.map(({ id, op, inputs, outputs }) => {
    let params = 0
    for (const name of inputs) {
      const constant = graph.initializers.get(name)
      if (constant?.dtype.includes('float') && !counted.has(name)) params += constant.data.length
      counted.add(name)
    }
    return { node: id, op, shape: shapes.get(outputs[0] ?? '') ?? [], macs: macs.get(id) ?? 0, params }
  })
}

function outline({ name, size, slices }: ChannelGroup): GroupOutline {
  const inRole = (wanted: AxisRole) => [
    ...new Set(
      slices.flatMap(({ uses }) => uses.filter(({ role }) => role === wanted)).map(({ node }) => node),
    ),
  ]
  const producers = inRole('producer')
  return {
    name,
    size,
    producers,
    carriers: inRole('parameter').filter(node => !producers.includes(node)),
    consumers: inRole('consumer'),
  }
}
