import { inferShapes } from '../graph/shapes.js'
import type { Graph } from '../graph/types.js'

/** The graph with inner float values among its outputs. */
export function withOutputs(graph: Graph, names: readonly string[]): Graph {
  const shapes = inferShapes(graph)
  const outputs = names.map(name => ({
    name,
    dtype: 'float32' as const,
    shape: (shapes.get(name) ?? []).map((_, axis) => `${name}_${axis}`),
  }))
  return { ...graph, outputs: [...graph.outputs.filter(output => !names.includes(output.name)), ...outputs] }
}
