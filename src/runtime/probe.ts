import * as ort from 'onnxruntime-node'
import { writeProbe } from '../formats/onnx/write.js'
import { type Graph, GraphError } from '../graph/types.js'

/**
 * Values of a graph as they come out in one run, of any element type.
 * @throws GraphError where ONNX Runtime does not run the model or does not hand out the values.
 */
export async function runProbe(
  graph: Graph,
  values: readonly string[],
  feeds: Readonly<Record<string, ort.Tensor>>,
): Promise<Readonly<Record<string, ort.Tensor>>> {
  try {
    const session = await ort.InferenceSession.create(writeProbe(graph, values), {
      intraOpNumThreads: 1,
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 4,
    })
    const results = await session.run(feeds)
    await session.release()
    return results
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new GraphError(`ONNX Runtime cannot run the model: ${reason.split('\n')[0]}`, { cause })
  }
}
