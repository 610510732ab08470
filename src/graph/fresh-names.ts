import { capturedNames } from './constants.js'
import type { Graph } from './types.js'

/** Gives names, each like the one wished for and unlike all that a graph has and that were given before. */
export function freshNames(graph: Graph): (wish: string) => string {
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(node => [node.id, ...node.outputs, ...capturedNames(node)]),
  ])
  return wish => {
    let name = wish
    for (let i = 1; taken.has(name); i++) name = `${wish}_${i}`
    taken.add(name)
    return name
  }
}
