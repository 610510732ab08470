import * as ort from 'onnxruntime-node'
import { infer } from '../graph/shapes.js'
import { allocate, elementCount } from '../graph/tensor.js'
import { type Graph, GraphError, type ValueInfo } from '../graph/types.js'
import { runProbe } from './probe.js'

/**
 * The graph with the shapes of all values that shape inference cannot tell, as they come out when the model runs once on
 * a sample of zeros: what an operator that is not understood makes, and what is made of it.
 * @throws GraphError where the model does not run.
 */
export async function observeShapes(graph: Graph): Promise<Graph> {
  const { shapes, unknown } = infer(graph)
  if (unknown.size === 0) return graph
  const feeds = graph.inputs.map(input => [input.name, zeros(input, shapes.get(input.name) ?? [])] as const)
  const results = await runProbe(graph, [...unknown], Object.fromEntries(feeds))
  return { ...graph, observed: new Map(Object.entries(results).map(([name, { dims }]) => [name, dims])) }
}

function zeros({ name, dtype }: ValueInfo, shape: readonly number[]): ort.Tensor {
  if (dtype === 'bfloat16') throw new GraphError(`input ${name}: bfloat16 inputs are not supported`)
  return new ort.Tensor(dtype, allocate(dtype, elementCount(shape)), shape)
}
