import { decisionKinds } from '../src/compress/policy.js'
import type { BitPlace } from '../src/compress/quantize/places.js'
import type { ChannelGroup } from '../src/graph/groups.js'
import type { Graph } from '../src/graph/types.js'
import { legalWidths, type Sized, type WidthRules } from './legal.js'
import { binActions, type Decidable } from './site.js'

/** A channel group's width; an action is the share of its channels that stays. */
export function widthOf(group: Sized & { readonly name: string }, rules: WidthRules): Decidable {
  const legal = legalWidths(group, rules)
  const actions = legal.map(width => width / group.size)
  return { kind: 'keep', name: group.name, legal, actions, layers: [] }
}

/** A number of bits of those allowed; actions fall in bins of equal width. */
export function bitsOf(
  kind: 'weightBits' | 'activationBits',
  { name, layers }: BitPlace,
  allowed: readonly number[],
): Decidable {
  const legal = [...new Set(allowed)].sort((a, b) => a - b)
  return { kind, name, legal, actions: binActions(legal.length), layers }
}

/** Decision order: by the first node that a decision is about, in topological order, and there by kind. */
export function inOrder(
  graph: Graph,
  groups: readonly ChannelGroup[],
  decidables: readonly Decidable[],
): readonly Decidable[] {
  const nodeAt = new Map(graph.nodes.map(({ id }, i) => [id, i]))
  const producers = new Map(
    groups.map(({ name, slices }) => [name, slices.find(({ role }) => role === 'producer')?.node ?? name]),
  )
  const at = ({ kind, name, layers }: Decidable) =>
    nodeAt.get(kind === 'keep' ? (producers.get(name) ?? name) : (layers[0] ?? '')) ?? 0
  return decidables.toSorted(
    (a, b) => at(a) - at(b) || decisionKinds.indexOf(a.kind) - decisionKinds.indexOf(b.kind),
  )
}
