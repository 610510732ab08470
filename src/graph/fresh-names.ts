import { capturedNames } from './constants.js'
import type { Graph } from './types.js'

/** Gives names, each like the one wished for and unlike all that a graph has and that were given before. */
export function freshNames(graph: Graph): (wish: string) => string {
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(node => [node.id, ...node.outputs, ...capturedNames(node)]),
  ])
  const last = new Map<string, number>()
  return wish => {
    let [name, number] = [wish, last.get(wish) ?? 0]
    while (taken.has(name)) name = `${wish}_${++number}`
    last.set(wish, number)
    taken.add(name)
    return name
  }
}
