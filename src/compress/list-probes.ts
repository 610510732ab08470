import type { ChannelGroup } from '../graph/groups.js'
import type { Graph } from '../graph/types.js'
import { decisionProbes, type Probe } from './probe.js'
import { type BitPlaces, bitPlaces } from './quantize/places.js'

/** What can be tried on a layer or a group of channels alone, in the order in which one node's come. */
export const probeKinds = ['channels', 'sparsity', 'weight-bits', 'activation-bits'] as const

export type ProbeKind = (typeof probeKinds)[number]

/** At which settings. */
export interface ProbeSettings {
  readonly what: readonly ProbeKind[]
  /** Shares that stay, in (0,1): of the channels of a group, of the weights of a layer. */
  readonly shares: readonly number[]
  /** Bits of weights and of values. */
  readonly bits: readonly number[]
}

/** What is tried on one thing, from the mildest to the harshest, and the node that it is about. */
interface Place {
  readonly node: string
  readonly probes: readonly Probe[]
}

interface Subject {
  readonly groups: readonly ChannelGroup[]
  readonly places: BitPlaces
}

/** The places of each kind. */
const placesOf: Readonly<Record<ProbeKind, (subject: Subject, settings: ProbeSettings) => Place[]>> = {
  channels: ({ groups }, { shares }) =>
    groups.map(({ name, size, slices }) => {
      const counts = shares.map(share => Math.max(1, Math.round(size * share)))
      return {
        node: slices.find(({ role }) => role === 'producer')?.node ?? name,
        probes: decisionProbes([
          { kind: 'keep', name, values: falling(counts).filter(count => count < size) },
        ]),
      }
    }),
  sparsity: ({ places }, { shares }) =>
    places.weightBits.map(({ name }) => ({
      node: name,
      probes: falling(shares).map(kept => ({ kind: 'zeros', name, kept })),
    })),
  'weight-bits': ({ places }, { bits }) => bitsOf('weightBits', places, bits),
  'activation-bits': ({ places }, { bits }) => bitsOf('activationBits', places, bits),
}

/** Everything that is tried, in the graph's order. */
export function listProbes(
  graph: Graph,
  groups: readonly ChannelGroup[],
  settings: ProbeSettings,
): readonly Probe[] {
  const nodeAt = new Map(graph.nodes.map(({ id }, i) => [id, i]))
  const subject = { groups, places: bitPlaces(graph) }
  const kinds = probeKinds.filter(kind => settings.what.includes(kind))
  return kinds
    .flatMap(kind => placesOf[kind](subject, settings))
    .toSorted((a, b) => (nodeAt.get(a.node) ?? 0) - (nodeAt.get(b.node) ?? 0))
    .flatMap(({ probes }) => probes)
}

function bitsOf(kind: keyof BitPlaces, places: BitPlaces, bits: readonly number[]): Place[] {
  const values = falling(bits)
  return places[kind].map(({ name }) => ({ node: name, probes: decisionProbes([{ kind, name, values }]) }))
}

function falling(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => b - a)
}
