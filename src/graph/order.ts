import { capturedNames } from './constants.js'
import { type Graph, GraphError, type Node } from './types.js'

/**
 * The graph with each node behind those it reads, and else as near to its old place as that allows: ONNX wants this order,
 * runtimes do without. What no node makes is left for others to judge.
 * @throws GraphError for a cycle
 */
export function inOrder(graph: Graph): Graph {
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const nodes: Node[] = []
  const state = new Map<Node, 'open' | 'done'>()
  // Without recursion: a chain may be long.
  const stack = graph.nodes.toReversed()
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (state.get(node) !== undefined) {
      stack.pop()
      if (state.get(node) === 'open') nodes.push(node)
      state.set(node, 'done')
      continue
    }
    state.set(node, 'open')
    for (const name of [...node.inputs, ...capturedNames(node)].reverse()) {
      const maker = name === '' ? undefined : makers.get(name)
      if (maker === undefined || state.get(maker) === 'done') continue
      if (state.get(maker) === 'open')
        throw new GraphError(
          `node ${node.id} (${node.op}) reads ${name}, which depends on it: the graph has a cycle`,
        )
      stack.push(maker)
    }
  }
  return { ...graph, nodes }
}
