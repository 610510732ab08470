import type { Graph } from '../../graph/types.js'
import { splittableLayers } from './layers.js'

/** A layer of an original as its split left it in a graph. */
export interface SplitParts {
  /** Nodes of the thin layers, in order; the last has the layer's name. */
  readonly nodes: readonly string[]
  /** What the last of them reads: its input channels. */
  readonly rank: number
}

/**
 * The layers that were split on the way from an original to a graph, by node of the original. They are known by the names
 * that splitting gives and by their chain, as a file says no more of them.
 * @param graph without quantisers between its layers
 * @param original nodes of the original, none of which came of a split
 */
export function splitParts(graph: Graph, original: ReadonlySet<string>): ReadonlyMap<string, SplitParts> {
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const parts = splittableLayers(graph).flatMap(({ node, input, columns, cells }) => {
    const thin: string[] = []
    let before = original.has(node) ? makers.get(input) : undefined
    while (before !== undefined && !original.has(before.id) && isThinOf(node, before.id)) {
      thin.unshift(before.id)
      before = makers.get(before.inputs[0] ?? '')
    }
    return thin.length === 0 ? [] : [[node, { nodes: [...thin, node], rank: columns / cells }] as const]
  })
  return new Map(parts)
}

function isThinOf(layer: string, node: string): boolean {
  return node.startsWith(`${layer}/thin`) && /^(_\d+)?$/.test(node.slice(`${layer}/thin`.length))
}
