import { intAttribute } from './attributes.js'
import type { ChannelGroup } from './groups.js'
import { allocate, elementCount } from './tensor.js'
import type { Graph, Node, Tensor } from './types.js'

/** The channels that stay, by group name: ascending, at least one. A group left out stays whole. */
export type KeptChannels = ReadonlyMap<string, Int32Array>

/** Which indices stay along each axis of each constant that loses some. */
export function keptIndices(
  groups: readonly ChannelGroup[],
  kept: KeptChannels,
): Map<string, Map<number, Int32Array>> {
  const dropped = new Map<string, Map<number, Uint8Array>>()
  for (const group of groups) {
    const keep = kept.get(group.name)
    if (keep === undefined || keep.length === group.size) continue
    const stays = new Uint8Array(group.size)
    for (const channel of keep) stays[channel] = 1
    for (const { tensor, axis, channelOf } of group.slices) {
      const axes = dropped.get(tensor) ?? new Map<number, Uint8Array>()
      const flags = axes.get(axis) ?? new Uint8Array(channelOf.length)
      channelOf.forEach((channel, index) => {
        if (channel >= 0 && stays[channel] === 0) flags[index] = 1
      })
      dropped.set(tensor, axes.set(axis, flags))
    }
  }
  const indices = (flags: Uint8Array) =>
    Int32Array.from([...flags.keys()].filter(index => flags[index] === 0))
  return new Map(
    [...dropped].map(([name, axes]) => [name, new Map([...axes].map(([axis, f]) => [axis, indices(f)]))]),
  )
}

/** A tensor with only the given indices along some of its axes. */
export function takeIndices(tensor: Tensor, indices: ReadonlyMap<number, Int32Array>): Tensor {
  const shape = tensor.shape.map((size, axis) => indices.get(axis)?.length ?? size)
  const data = allocate(tensor.dtype, elementCount(shape))
  const strides = tensor.shape.map((_, axis) => elementCount(tensor.shape.slice(axis + 1)))
  let to = 0
  const copy = (axis: number, from: number) => {
    if (axis === shape.length) {
      data[to++] = tensor.data[from]!
      return
    }
    const picked = indices.get(axis)
    for (let i = 0; i < shape[axis]!; i++)
      copy(axis + 1, from + (picked === undefined ? i : picked[i]!) * strides[axis]!)
  }
  copy(0, 0)
  return { dtype: tensor.dtype, shape, data }
}

/** The graph with the dropped channels really gone from every constant. */
export function sliceGraph(graph: Graph, groups: readonly ChannelGroup[], kept: KeptChannels): Graph {
  const indices = keptIndices(groups, kept)
  const initializers = new Map(graph.initializers)
  for (const [name, axes] of indices) {
    const tensor = initializers.get(name)
    if (tensor !== undefined) initializers.set(name, takeIndices(tensor, axes))
  }
  return { ...graph, initializers, nodes: graph.nodes.map(node => regroup(node, graph, initializers)) }
}

/** A depthwise convolution has as many groups as channels, so its `group` shrinks with them. */
function regroup(node: Node, graph: Graph, sliced: ReadonlyMap<string, Tensor>): Node {
  const groups = intAttribute(node, 'group', 1)
  if (node.op !== 'Conv' || groups === 1) return node
  const [, weight = ''] = node.inputs
  const before = graph.initializers.get(weight)?.shape
  const after = sliced.get(weight)?.shape
  if (before?.[1] !== 1 || after === undefined) return node
  const multiplier = before[0]! / groups
  return {
    ...node,
    attributes: { ...node.attributes, group: { kind: 'int', value: after[0]! / multiplier } },
  }
}

/**
 * The masked twin of `sliceGraph`: the same shapes as the original, with zeros wherever a dropped channel is read. It
 * computes what the sliced graph must compute, and is what tests hold it to.
 */
export function maskGraph(graph: Graph, groups: readonly ChannelGroup[], kept: KeptChannels): Graph {
  const indices = keptIndices(
    groups.map(group => ({ ...group, slices: group.slices.filter(slice => slice.role === 'consumer') })),
    kept,
  )
  const initializers = new Map(graph.initializers)
  for (const [name, axes] of indices) {
    const tensor = initializers.get(name)
    if (tensor === undefined) continue
    const data = tensor.data.slice()
    const inner = tensor.shape.map((_, axis) => elementCount(tensor.shape.slice(axis + 1)))
    for (const [axis, stays] of axes) {
      const keep = new Set(stays)
      for (let i = 0; i < data.length; i++) {
        if (!keep.has(Math.floor(i / inner[axis]!) % tensor.shape[axis]!)) data[i] = 0
      }
    }
    initializers.set(name, { ...tensor, data })
  }
  return { ...graph, initializers }
}
