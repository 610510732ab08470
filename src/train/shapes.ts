import { inferShapes } from '../graph/shapes.js'
import type { Graph } from '../graph/types.js'

/** Shapes of all values by name, at the batch that the model fixes, else at 1, for samples of that shape. */
export function shapesOf(
  graph: Graph,
  sampleShape: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const [input] = graph.inputs
  const batch = input?.shape[0]
  return inferShapes(graph, {
    [input?.name ?? '']: [typeof batch === 'number' ? batch : 1, ...sampleShape],
  })
}

/**
 * How many classes a network tells apart, the second axis of an output, its first where nothing else is said, where that is
 * known: data may show fewer.
 */
export function classesOf(graph: Graph, sampleShape: readonly number[], output = 0): number | undefined {
  return shapesOf(graph, sampleShape).get(graph.outputs[output]?.name ?? '')?.[1]
}
