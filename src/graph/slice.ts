import { intAttribute } from './attributes.js'
import { frontAxis } from './axes.js'
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
function takeIndices(tensor: Tensor, indices: ReadonlyMap<number, Int32Array>): Tensor {
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

/** The first channels of each group, so many by its name: for what does not depend on which channels stay. */
export function firstChannels(widths: Iterable<readonly [string, number]>): KeptChannels {
  return new Map(
    Array.from(widths, ([name, width]) => [
      name,
      Int32Array.from({ length: width }, (_, channel) => channel),
    ]),
  )
}

/** The graph with the dropped channels really gone from every constant. */
export function sliceGraph(graph: Graph, groups: readonly ChannelGroup[], kept: KeptChannels): Graph {
  const initializers = new Map(graph.initializers)
  recount(initializers, groups, kept)
  repoint(initializers, groups, kept)
  for (const [name, axes] of keptIndices(groups, kept)) {
    const tensor = initializers.get(name)
    if (tensor !== undefined) initializers.set(name, takeIndices(tensor, axes))
  }
  return { ...graph, initializers, nodes: graph.nodes.map(node => regroup(node, graph, initializers)) }
}

/** For each group that loses channels, 1 for a channel that goes. */
function* losses(groups: readonly ChannelGroup[], kept: KeptChannels) {
  for (const group of groups) {
    const keep = kept.get(group.name)
    if (keep === undefined || keep.length === group.size) continue
    const goes = new Uint8Array(group.size).fill(1)
    for (const channel of keep) goes[channel] = 0
    yield { group, goes: (channel: number) => channel >= 0 && goes[channel] === 1 }
  }
}

/** A copy of a constant of whole numbers, each through `change`. */
function changed(tensor: Tensor, change: (value: number, element: number) => number): Tensor {
  const data = tensor.data.slice()
  for (let i = 0; i < data.length; i++) {
    const value = change(Number(tensor.data[i]), i)
    data[i] = typeof tensor.data[i] === 'bigint' ? BigInt(value) : value
  }
  return { ...tensor, data }
}

/** Writes anew the numbers that say how many channels there are; a negative one counts them from the end. */
function recount(
  initializers: Map<string, Tensor>,
  groups: readonly ChannelGroup[],
  kept: KeptChannels,
): void {
  for (const { group, goes } of losses(groups, kept)) {
    for (const { tensor, element, channelOf } of group.counts) {
      const found = initializers.get(tensor)
      const lost = channelOf.filter(goes).length
      if (found !== undefined)
        initializers.set(
          tensor,
          changed(found, (value, i) => (i === element ? value - Math.sign(value) * lost : value)),
        )
    }
  }
}

/** Lets indices point at the same channels where those now stand. An index of a channel that goes is cut by its axis. */
function repoint(
  initializers: Map<string, Tensor>,
  groups: readonly ChannelGroup[],
  kept: KeptChannels,
): void {
  const lost = new Map<string, Uint8Array>()
  for (const { group, goes } of losses(groups, kept)) {
    for (const { tensor, channelOf } of group.pointers) {
      const flags = lost.get(tensor) ?? new Uint8Array(channelOf.length)
      for (const [index, channel] of channelOf.entries()) if (goes(channel)) flags[index] = 1
      lost.set(tensor, flags)
    }
  }
  for (const [name, flags] of lost) {
    const before = new Int32Array(flags.length)
    for (let i = 1; i < flags.length; i++) before[i] = before[i - 1]! + flags[i - 1]!
    const tensor = initializers.get(name)
    if (tensor !== undefined)
      initializers.set(
        name,
        changed(tensor, index => {
          const front = frontAxis(index, flags.length)
          return front - before[front]!
        }),
      )
  }
}

/** The input of an operator that is as long as its groups are many, by how many each has, and the attribute. */
const grouped = new Map([
  ['Conv', { attribute: 'group', input: 1 }],
  ['ConvTranspose', { attribute: 'group', input: 1 }],
  ['GroupNormalization', { attribute: 'num_groups', input: 1 }],
])

/** Where an operator says how many groups its channels are in, and the constant whose first axis changes with them. */
export interface GroupNumber {
  readonly attribute: string
  readonly constant: string
  readonly groups: number
}

/**
 * The number of an operator's groups where these go as a whole: those of a depthwise convolution, one a channel, and those
 * of a group normalisation. Groups of several channels of a convolution stay, each with fewer.
 */
export function groupNumber(node: Node, { initializers }: Graph): GroupNumber | undefined {
  const known = node.domain === '' ? grouped.get(node.op) : undefined
  if (known === undefined) return undefined
  const constant = node.inputs[known.input] ?? ''
  const groups = intAttribute(node, known.attribute, 1)
  const shape = initializers.get(constant)?.shape
  if (groups === 1 || shape === undefined) return undefined
  if (node.op === 'Conv' && shape[1] !== 1) return undefined
  if (node.op === 'ConvTranspose' && shape[0] !== groups) return undefined
  return { attribute: known.attribute, constant, groups }
}

/** The node with its number of groups after slicing. */
function regroup(node: Node, graph: Graph, sliced: ReadonlyMap<string, Tensor>): Node {
  const known = groupNumber(node, graph)
  const before = graph.initializers.get(known?.constant ?? '')?.shape
  const after = sliced.get(known?.constant ?? '')?.shape
  if (known === undefined || before === undefined || after === undefined) return node
  const value = (known.groups * after[0]!) / before[0]!
  return { ...node, attributes: { ...node.attributes, [known.attribute]: { kind: 'int', value } } }
}
