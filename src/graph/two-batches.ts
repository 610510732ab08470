import { type Inferred, infer } from './shapes.js'
import { type Graph, GraphError } from './types.js'

/**
 * What is known of a graph at two batches (or twice at the batch that it fixes): what differs counts samples. Undefined where other sizes than the batch's are open, or where the model takes no other batch.
 */
export function atTwoBatches(
  graph: Graph,
  [one, other]: readonly [number, number] = [1, 2],
): readonly [Inferred, Inferred] | undefined {
  if (graph.inputs.some(({ shape }) => shape.slice(1).some(dim => typeof dim === 'string'))) return undefined
  try {
    return [infer(graph, inputShapes(graph, one)), infer(graph, inputShapes(graph, other))]
  } catch (error) {
    if (error instanceof GraphError) return undefined
    throw error
  }
}

function inputShapes(graph: Graph, batch: number): Record<string, readonly number[]> {
  const isNumber = (dim: number | string): dim is number => typeof dim === 'number'
  return Object.fromEntries(
    graph.inputs.map(({ name, shape }) => [
      name,
      shape.map((dim, axis) => (axis === 0 && typeof dim === 'string' ? batch : dim)).filter(isNumber),
    ]),
  )
}
