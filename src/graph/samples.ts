import type { Graph } from './types.js'

/** How many samples go through a graph in one run as shape inference sees it: the batch that it fixes, else one. */
export function samplesOf(graph: Graph): number {
  const [batch] = graph.inputs[0]?.shape ?? []
  return typeof batch === 'number' ? batch : 1
}
