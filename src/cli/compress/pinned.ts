import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph, Node } from '../../graph/types.js'
import { assertKnown } from '../options/names.js'

/** Layers, by node, that the user wants left alone. */
export interface Pins {
  /** Their outputs stay; their inputs may shrink. */
  readonly pin: readonly string[]
  /** Neither their inputs nor their outputs change. */
  readonly freeze: readonly string[]
}

/**
 * Names of the groups that must stay whole for the pins to hold. A layer without weights, such as Relu, hands on what
 * the layers before it make, so those are pinned in its place.
 * @throws UsageError for a layer that the graph does not have.
 */
export function pinnedGroups(
  graph: Graph,
  groups: readonly ChannelGroup[],
  { pin, freeze }: Pins,
): ReadonlySet<string> {
  assertKnown(
    'the model has no layer',
    [...pin, ...freeze],
    graph.nodes.map(({ id }) => id),
  )
  const standing = (layers: readonly string[], consumers: boolean) => {
    const tensors = new Set(layers.flatMap(id => weighted(graph, groups, id)).flatMap(({ inputs }) => inputs))
    return groups.filter(({ slices }) =>
      slices.some(({ tensor, role }) => tensors.has(tensor) && (consumers || role !== 'consumer')),
    )
  }
  return new Set([...standing(pin, false), ...standing(freeze, true)].map(({ name }) => name))
}

/** The layer itself where it has weights, else the nearest before it that have. */
function weighted(graph: Graph, groups: readonly ChannelGroup[], id: string): Node[] {
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const sliced = new Set(groups.flatMap(({ slices }) => slices.map(({ tensor }) => tensor)))
  const found = new Set<Node>()
  const seen = new Set<Node>()
  const visit = (node: Node | undefined) => {
    if (node === undefined || seen.has(node)) return
    seen.add(node)
    const own = node.inputs.some(name => sliced.has(name) && !makers.has(name))
    if (own) found.add(node)
    else for (const name of node.inputs) visit(makers.get(name))
  }
  visit(graph.nodes.find(node => node.id === id))
  return [...found]
}
