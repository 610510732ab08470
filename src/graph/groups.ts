import { type AxisRole, Coupling, type WeightAxis } from './coupling/coupling.js'
import { freezeReadSizes } from './coupling/read-sizes.js'
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
  readonly slices: readonly GroupSlice[]
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
function couple(graph: Graph, inputShapes: Readonly<Record<string, readonly number[]>>): Coupling {
  const { shapes, integers } = infer(graph, inputShapes)
  const coupling = new Coupling(graph.initializers, shapes, integers)
  for (const node of graph.nodes) {
    const op = opOf(node)
    // What only computes shapes touches no channel's value.
    if (op === undefined && node.outputs.every(name => integers(name) !== undefined)) continue
    if (op === undefined) coupling.opaque(node, `${node.id}: operator ${node.op} is not understood`)
    else op.couple(node, coupling)
  }
  freezeReadSizes(graph, coupling)
  for (const output of graph.outputs) {
    for (const node of graph.nodes) {
      if (node.outputs.includes(output.name))
        coupling.freeze(coupling.labels(output.name, node), `graph output ${output.name}`)
    }
  }
  return coupling
}

/** The channel groups of a graph, and what is frozen. */
export function channelGroups(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): ChannelGroups {
  const coupling = couple(graph, inputShapes)
  const axes = coupling.weightAxes()
  const places = placesOfAtoms(coupling, axes)
  const bySignature = new Map<string, number[]>()
  for (const [atom, at] of places) {
    if (coupling.atoms.frozen(atom) !== undefined) continue
    const signature = [...at].join(' ')
    const members = bySignature.get(signature)
    if (members === undefined) bySignature.set(signature, [atom])
    else members.push(atom)
  }
  const names = new Set<string>()
  const groups = [...bySignature.values()].map(members => {
    const slices = slicesOf(coupling, axes, places.get(members[0]!) ?? new Set(), members)
    const producer = slices.find(slice => slice.role === 'producer') ?? slices[0]!
    return { name: uniqueName(producer.node, names), size: members.length, slices }
  })
  return { groups, frozen: frozenAxes(coupling, axes) }
}

/** For each tied set of atoms, by its representative, the weight axes (by number) it stands on. */
function placesOfAtoms(coupling: Coupling, axes: readonly WeightAxis[]): Map<number, Set<number>> {
  const places = new Map<number, Set<number>>()
  axes.forEach((axis, number) => {
    for (const atom of axis.atoms) {
      const root = coupling.atoms.find(atom)
      const at = places.get(root)
      if (at === undefined) places.set(root, new Set([number]))
      else at.add(number)
    }
  })
  return places
}

function slicesOf(
  coupling: Coupling,
  axes: readonly WeightAxis[],
  at: Set<number>,
  members: readonly number[],
): GroupSlice[] {
  const channel = new Map(members.map((atom, i) => [atom, i]))
  return [...at].map(number => {
    const { atoms, ...place } = axes[number]!
    return { ...place, channelOf: atoms.map(atom => channel.get(coupling.atoms.find(atom)) ?? -1) }
  })
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
