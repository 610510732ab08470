import type { Graph, Node, Tensor } from '../../../graph/types.js'

/** The nodes that read each value; a graph output counts as a reader that is no node. */
export function readers(graph: Graph): ReadonlyMap<string, readonly (Node | null)[]> {
  const found = new Map<string, (Node | null)[]>()
  const add = (name: string, reader: Node | null) => found.set(name, [...(found.get(name) ?? []), reader])
  for (const node of graph.nodes) for (const input of node.inputs) add(input, node)
  for (const output of graph.outputs) add(output.name, null)
  return found
}

/** A name that no constant has yet. */
export function freshName(initializers: ReadonlyMap<string, Tensor>, wish: string): string {
  let name = wish
  for (let i = 1; initializers.has(name); i++) name = `${wish}#${i}`
  return name
}
