import type { ResidualBlock } from '../src/compress/blocks/find.js'
import type { SplittableLayer } from '../src/compress/factorize/layers.js'
import { fullRank, rankOfShare } from '../src/compress/factorize/split-cost.js'
import { decisionKinds } from '../src/compress/policy.js'
import type { BitPlace } from '../src/compress/quantize/places.js'
import type { ChannelGroup } from '../src/graph/groups.js'
import type { Graph } from '../src/graph/types.js'
import { legalWidths, type Sized, type WidthRules } from './legal.js'
import { binActions, type Decidable } from './site.js'

/** A channel group's width; an action is the share of its channels that stays. */
export function widthOf(group: Sized & { readonly name: string }, rules: WidthRules): Decidable {
  const legal = listedWidths(group, rules) ?? legalWidths(group, rules)
  const actions = legal.map(width => width / group.size)
  return { kind: 'keep', name: group.name, legal, actions, layers: [] }
}

/** The widths that are listed for a group, none narrower than may be; undefined where none are. */
function listedWidths(
  { name, size }: Sized & { readonly name: string },
  { widths, minKeep }: WidthRules,
): readonly number[] | undefined {
  if (widths === undefined || !Object.hasOwn(widths, name)) return undefined
  return widths[name]!.filter(width => width >= size * minKeep || width === size)
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

/**
 * A layer's rank, in steps of `round`: those at which splitting it saves, and the full one, which leaves it whole. An action
 * is the share of the layer's cost that is left. None where no rank saves.
 */
export function rankOf(layer: SplittableLayer, { round, minKeep }: WidthRules): Decidable[] {
  const full = fullRank(layer, 'outputs')
  const most = rankOfShare(layer, 'outputs', 1)
  const least = Math.max(1, Math.ceil(full * minKeep))
  const ranks: number[] = []
  for (let rank = round; rank <= most; rank += round) if (rank >= least) ranks.push(rank)
  if (ranks.length === 0) return []
  const shareOf = (rank: number) => (rank * (layer.rows + layer.columns)) / (layer.rows * layer.columns)
  const actions = [...ranks.map(shareOf), 1]
  return [{ kind: 'rank', name: layer.node, legal: [...ranks, full], actions, layers: [layer.node] }]
}

/** Whether a residual block stays (1) or goes (0). */
export function removalOf({ name, nodes }: ResidualBlock): Decidable {
  return { kind: 'blocks', name, legal: [0, 1], actions: binActions(2), layers: nodes }
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
