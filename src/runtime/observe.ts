import { infer } from '../graph/shapes.js'
import { type Graph, GraphError, type ValueInfo } from '../graph/types.js'
import { runProbe, type Zeros } from './probe.js'

/**
 * The graph with the shapes of all values that shape inference cannot tell, as they come out when the model runs once on
 * a sample of zeros: what an operator that is not understood makes, and what is made of it.
 * @throws GraphError where the model does not run, or not within the limits of a probe.
 */
export async function observeShapes(graph: Graph): Promise<Graph> {
  const { shapes, unknown } = infer(graph)
  if (unknown.size === 0) return graph
  const inputs = graph.inputs.map(input => zeros(input, shapes.get(input.name) ?? []))
  const results = await runProbe(graph, [...unknown], inputs, { withData: false })
  return { ...graph, observed: new Map(results.map(({ name, dims }) => [name, dims])) }
}

function zeros({ name, dtype }: ValueInfo, shape: readonly number[]): Zeros {
  if (dtype === 'bfloat16') throw new GraphError(`input ${name}: bfloat16 inputs are not supported`)
  return { name, dtype, shape }
}
