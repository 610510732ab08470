import { capturedNames } from './constants.js'
import { type AxisRole, Coupling, type WeightAxis } from './coupling/coupling.js'
import { type SizePlaces, settleSizes } from './coupling/sizes.js'
import { straighten } from './coupling/straighten.js'
import { opOf } from './ops/registry.js'
import { infer } from './shapes.js'
import type { Graph } from './types.js'

/** Where a group's channels stand along one axis of one constant. */
export interface GroupSlice {
  readonly tensor: string
  readonly axis: number
  readonly role: AxisRole
  /** The node that uses the axis so. */
  readonly node: string
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
  /** Multiply-accumulates a channel costs in products of computed values, such as an attention head's. */
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

/** Lets every operator say how its output channels arise from its input channels. */
function couple(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>>,
): { readonly coupling: Coupling; readonly sizes: SizePlaces } {
  const { shapes, unknown, integers } = infer(graph, inputShapes)
  const coupling = new Coupling(graph.initializers, shapes, integers)
  for (const node of graph.nodes) {
    for (const name of capturedNames(node))
      coupling.freezeValue(name, node, `${node.id}: a sub-graph reads them`)
    // What only computes shapes touches no channel's value.
    if (node.outputs.every(name => integers(name) !== undefined)) continue
    const op = opOf(node)
    if (op === undefined) coupling.opaque(node, `${node.id}: operator ${node.op} is not understood`)
    else if ([...node.inputs, ...node.outputs].some(name => unknown.has(name)))
      coupling.opaque(node, `${node.id}: its shapes are known only when the model runs`)
    else op.couple(node, coupling)
  }
  for (const output of graph.outputs) {
    for (const node of graph.nodes) {
      if (node.outputs.includes(output.name) && !unknown.has(output.name))
        coupling.freeze(coupling.labels(output.name, node), `graph output ${output.name}`)
    }
  }
  straighten(coupling)
  return { coupling, sizes: settleSizes(graph, coupling) }
}

/** Everything that atoms stand on, as lists of representatives: in this order, axes first. */
function placesOf(coupling: Coupling, sizes: SizePlaces, axes: readonly WeightAxis[]): Int32Array[] {
  const all = [...axes, ...sizes.counts, ...sizes.pointers, ...coupling.products]
  return all.map(({ atoms }) => atoms.map(atom => coupling.atoms.find(atom)))
}

/** The channel groups of a graph, and what is frozen. */
export function channelGroups(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): ChannelGroups {
  const { coupling, sizes } = couple(graph, inputShapes)
  const axes = coupling.weightAxes()
  const places = placesOf(coupling, sizes, axes)
  const names = new Set<string>()
  const groups = membersOf(coupling, places, axes.length).map(members => {
    const channel = new Map(members.map((atom, i) => [atom, i]))
    const all = places.map(roots => roots.map(root => channel.get(root) ?? -1))
    const standing = <T>(things: readonly T[], from: number) =>
      things.flatMap((thing, i) => {
        const channelOf = all[from + i]!
        return channelOf.some(c => c >= 0) ? [{ thing, channelOf }] : []
      })
    const slices = standing(axes, 0).map(({ thing: { atoms, ...place }, channelOf }) => ({
      ...place,
      channelOf,
    }))
    const counts = standing(sizes.counts, axes.length).map(({ thing, channelOf }) => {
      return { tensor: thing.tensor, element: thing.element, channelOf }
    })
    const pointers = standing(sizes.pointers, axes.length + sizes.counts.length).map(
      ({ thing, channelOf }) => {
        return { tensor: thing.tensor, channelOf }
      },
    )
    const products = standing(coupling.products, places.length - coupling.products.length)
    const productMacs = products.reduce(
      (sum, { thing, channelOf }) =>
        sum + (thing.macs * channelOf.filter(c => c === 0).length) / channelOf.length,
      0,
    )
    const producer = slices.find(slice => slice.role === 'producer') ?? slices[0]!
    const each = producer.channelOf.filter(c => c === 0).length
    return {
      name: uniqueName(producer.node, names),
      size: members.length,
      each,
      slices,
      counts,
      pointers,
      productMacs,
    }
  })
  return { groups, frozen: frozenAxes(coupling, axes) }
}

/**
 * The representatives of each group's channels: those that may go and stand equally often at the same places, so that it
 * makes no difference to any size which of them go. `axes`: how many of the places are axes of constants.
 */
function membersOf(coupling: Coupling, places: readonly Int32Array[], axes: number): number[][] {
  const standing = new Map<number, Map<number, number>>()
  places.forEach((roots, place) => {
    for (const root of roots) {
      const at = standing.get(root) ?? new Map<number, number>()
      if (place < axes || standing.has(root)) standing.set(root, at.set(place, (at.get(place) ?? 0) + 1))
    }
  })
  const groups = new Map<string, number[]>()
  for (const [root, at] of standing) {
    if (coupling.atoms.frozen(root) !== undefined) continue
    const signature = [...at].join(' ')
    const members = groups.get(signature)
    if (members === undefined) groups.set(signature, [root])
    else members.push(root)
  }
  // Of a group one channel stays at least, so a single one is no choice.
  for (const [root] of [...groups.values()].filter(members => members.length === 1))
    coupling.atoms.freeze(root!, 'no other channel stands at the same places, and one must stay')
  return [...groups.values()].filter(members => members.length > 1)
}

function uniqueName(node: string, taken: Set<string>): string {
  let name = node
  for (let i = 2; taken.has(name); i++) name = `${node}/${i}`
  taken.add(name)
  return name
}

function frozenAxes(coupling: Coupling, axes: readonly WeightAxis[]): FrozenChannels[] {
  return axes.flatMap(({ node, tensor, role, atoms }) => {
    if (role !== 'producer') return []
    const reasons = Array.from(atoms, atom => coupling.atoms.frozen(atom)).filter(
      reason => reason !== undefined,
    )
    const [reason] = reasons
    return reason === undefined ? [] : [{ node, tensor, channels: reasons.length, reason }]
  })
}
