import * as ort from 'onnxruntime-node'
import { writeProbe } from '../formats/onnx/write.js'
import { infer } from '../graph/shapes.js'
import { allocate, elementCount } from '../graph/tensor.js'
import { type Graph, GraphError, type ValueInfo } from '../graph/types.js'

/**
 * The graph with the shapes of all values that shape inference cannot tell, as they come out when the model runs once on
 * a sample of zeros: what an operator that is not understood makes, and what is made of it. A value that ONNX Runtime
 * does not hand out stays unknown.
 * @throws GraphError where the model does not run.
 */
export async function observeShapes(graph: Graph): Promise<Graph> {
  const { shapes, unknown } = infer(graph)
  if (unknown.size === 0) return graph
  try {
    const session = await ort.InferenceSession.create(writeProbe(graph, [...unknown]), {
      intraOpNumThreads: 1,
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 4,
    })
    const feeds = graph.inputs.map(input => [input.name, zeros(input, shapes.get(input.name) ?? [])] as const)
    const results = await session.run(Object.fromEntries(feeds))
    await session.release()
    return { ...graph, observed: new Map(Object.entries(results).map(([name, { dims }]) => [name, dims])) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new GraphError(`ONNX Runtime cannot run the model on a sample of zeros: ${reason.split('\n')[0]}`, {
      cause,
    })
  }
}

function zeros({ name, dtype }: ValueInfo, shape: readonly number[]): ort.Tensor {
  if (dtype === 'bfloat16') throw new GraphError(`input ${name}: bfloat16 inputs are not supported`)
  return new ort.Tensor(dtype, allocate(dtype, elementCount(shape)), shape)
}
