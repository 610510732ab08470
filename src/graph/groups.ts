import { capturedNames } from './constants.js'
import { type AxisRole, type AxisUse, Coupling } from './coupling/coupling.js'
import { TooManyLabels } from './coupling/labels.js'
import { type Members, membersOf, placesOf } from './coupling/places.js'
import { settleReaders } from './coupling/readers.js'
import { type SizePlaces, settleSizes } from './coupling/sizes.js'
import { straighten } from './coupling/straighten.js'
import type { Op } from './ops/op.js'
import { opOf } from './ops/registry.js'
import { samplesOf } from './samples.js'
import { infer } from './shapes.js'
import type { Graph, Node } from './types.js'

/** Where a group's channels stand along one axis of one constant. */
export interface GroupSlice {
  readonly tensor: string
  readonly axis: number
  readonly role: AxisRole
  /** The node that uses the axis so. */
  readonly node: string
  /** All roles of the axis, this one first, each with the node that first used it so. */
  readonly uses: readonly AxisUse[]
  /** For every index along the axis the group's channel it belongs to, or -1 for one of another group. */
  readonly channelOf: Int32Array
}

/** A number in a constant that says how many of a group's channels, and perhaps of others, there are. */
export interface GroupCount {
  readonly tensor: string
  readonly element: number
  /** For every index that is counted the group's channel it belongs to, or -1 for one of another group. */
  readonly channelOf: Int32Array
}

/** A constant whose elements are indices along an axis that the group's channels lie on. */
export interface GroupPointer {
  readonly tensor: string
  /** For every index along the axis the group's channel it belongs to, or -1 for one of another group. */
  readonly channelOf: Int32Array
}

/**
 * The unit of structured pruning: channels that are produced, carried and consumed at the same places, so that one
 * number (how many to keep) decides for all of them. Channel c stands for every index with `channelOf[index] === c`.
 *
 * Example: conv1 [16,1,3,3] -> relu -> flatten (5x5 cells) -> gemm [10, 400]. One group of size 16 with three slices:
 * conv1's weight along axis 0 and its bias, one index a channel, and the gemm's weight along axis 1, 25 indices a channel.
 */
export interface ChannelGroup {
  /** The node that first produces the channels; unique among the groups of a graph. */
  readonly name: string
  readonly size: number
  /** Indices a channel has where it is made: 1 for a convolution's, a head's width for an attention head. */
  readonly each: number
  readonly slices: readonly GroupSlice[]
  readonly counts: readonly GroupCount[]
  readonly pointers: readonly GroupPointer[]
  /** Multiply-accumulates that a channel costs for one sample in products of computed values, such as an attention head's. */
  readonly productMacs: number
}

/** Channels that must stay, and why. */
export interface FrozenChannels {
  readonly node: string
  readonly tensor: string
  readonly channels: number
  readonly reason: string
}

export interface ChannelGroups {
  /** In topological order of the first producer. */
  readonly groups: readonly ChannelGroup[]
  readonly frozen: readonly FrozenChannels[]
}

/** Labels that are spelled out for all nodes together, at most: a value may be large without a large file. */
const MOST_LABELS = 2 ** 24

/** Lets an operator tie atoms; where that takes too many labels, all that it reads stays. */
function coupleWithin(op: Op, node: Node, coupling: Coupling): void {
  const reason = `${node.id}: channels lie along several axes of a value too large to follow them`
  try {
    if (coupling.labelCount > MOST_LABELS) throw new TooManyLabels()
    op.couple(node, coupling)
  } catch (error) {
    if (!(error instanceof TooManyLabels)) throw error
    coupling.opaque(node, reason)
  }
}

/** Lets every operator say how its output channels arise from its input channels. */
function couple(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>>,
): { readonly coupling: Coupling; readonly sizes: SizePlaces } {
  const { shapes, unknown, seen, integers } = infer(graph, inputShapes)
  const coupling = new Coupling(graph.initializers, shapes, integers)
  for (const node of graph.nodes) {
    for (const name of capturedNames(node))
      coupling.freezeValue(name, node, `${node.id}: a sub-graph reads them`)
    // What only computes shapes touches no channel's value.
    if (node.outputs.every(name => integers(name) !== undefined)) continue
    const op = opOf(node)
    if (op === undefined) coupling.opaque(node, `${node.id}: operator ${node.op} is not understood`)
    else if (
      [...node.inputs, ...node.outputs].some(name => unknown.has(name)) ||
      node.outputs.some(name => seen.has(name))
    )
      coupling.opaque(node, `${node.id}: its shapes are known only when the model runs`)
    else if ([...node.inputs, ...node.outputs].some(name => shapes.get(name)?.includes(0)))
      coupling.opaque(node, `${node.id}: a value without elements`)
    else coupleWithin(op, node, coupling)
  }
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  for (const { name } of graph.outputs) {
    const node = makers.get(name)
    if (node !== undefined && !unknown.has(name))
      coupling.freeze(coupling.labels(name, node), `graph output ${name}`)
  }
  straighten(coupling)
  settleReaders(graph, coupling)
  return { coupling, sizes: settleSizes(graph, coupling) }
}

/** The channel groups of a graph, and what is frozen. */
export function channelGroups(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): ChannelGroups {
  const { coupling, sizes } = couple(graph, inputShapes)
  const names = new Set<string>()
  const samples = samplesOf(graph)
  const groups = membersOf(coupling, placesOf(coupling, sizes)).map(members =>
    groupOf(members, names, samples),
  )
  return { groups, frozen: frozenAxes(coupling) }
}

function groupOf({ roots, places }: Members, names: Set<string>, samples: number): ChannelGroup {
  const channel = new Map(roots.map((root, i) => [root, i]))
  const slices: GroupSlice[] = []
  const counts: GroupCount[] = []
  const pointers: GroupPointer[] = []
  let productMacs = 0
  for (const place of places) {
    const channelOf = place.roots.map(root => channel.get(root) ?? -1)
    switch (place.kind) {
      case 'axis': {
        const { tensor, axis, role, node, uses } = place.of
        slices.push({ tensor, axis, role, node, uses, channelOf })
        break
      }
      case 'count':
        counts.push({ tensor: place.of.tensor, element: place.of.element, channelOf })
        break
      case 'pointer':
        pointers.push({ tensor: place.of.tensor, channelOf })
        break
      case 'product':
        productMacs += (place.of.macs * indicesOf(0, channelOf)) / channelOf.length / samples
    }
  }
  const producer = slices.find(slice => slice.role === 'producer') ?? slices[0]!
  const each = indicesOf(0, producer.channelOf)
  return {
    name: uniqueName(producer.node, names),
    size: roots.length,
    each,
    slices,
    counts,
    pointers,
    productMacs,
  }
}

function indicesOf(channel: number, channelOf: Int32Array): number {
  return channelOf.filter(c => c === channel).length
}

function uniqueName(node: string, taken: Set<string>): string {
  let name = node
  for (let i = 2; taken.has(name); i++) name = `${node}/${i}`
  taken.add(name)
  return name
}

function frozenAxes(coupling: Coupling): FrozenChannels[] {
  return coupling.weightAxes().flatMap(({ node, tensor, role, atoms }) => {
    if (role !== 'producer') return []
    const reasons = Array.from(atoms, atom => coupling.atoms.frozen(atom)).filter(
      reason => reason !== undefined,
    )
    const [reason] = reasons
    return reason === undefined ? [] : [{ node, tensor, channels: reasons.length, reason }]
  })
}
