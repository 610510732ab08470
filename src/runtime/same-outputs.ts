import { writeOnnx } from '../formats/onnx/write.js'
import { infer } from '../graph/shapes.js'
import { elementCount } from '../graph/tensor.js'
import { type Graph, GraphError } from '../graph/types.js'
import { randomStream } from '../random.js'
import { type FloatValue, openSession } from './session.js'

/** Largest difference, relative to the largest output. */
const TOLERANCE = 1e-4

/**
 * Runs two forms of one model side by side on a sample of noise.
 * @throws GraphError where the second computes something else than the first, or does not run
 */
export async function assertSameOutputs(graph: Graph, other: Graph): Promise<void> {
  const { shapes } = infer(graph)
  const random = randomStream(1, 0, 'same outputs')
  // Between 0 and 1, so that what reads words finds one.
  const inputs = graph.inputs.map(({ name }): FloatValue => {
    const shape = shapes.get(name) ?? []
    return { shape, data: Float32Array.from({ length: elementCount(shape) }, () => random.uniform()) }
  })
  const [expected, found] = [await outputsOf(graph, inputs), await outputsOf(other, inputs)]
  const isSame = expected.every(({ data, shape }, i) => {
    const [largest, made] = [data.reduce((most, x) => Math.max(most, Math.abs(x)), 1), found[i]]
    const fits = made !== undefined && made.shape.join() === shape.join()
    return (
      fits &&
      data.every((x, j) => Object.is(x, made.data[j]) || Math.abs(x - made.data[j]!) <= TOLERANCE * largest)
    )
  })
  if (!isSame)
    throw new GraphError(
      'its layers cannot say what the model has become; it can be written as a graph model',
    )
}

async function outputsOf(graph: Graph, inputs: readonly FloatValue[]): Promise<readonly FloatValue[]> {
  const session = await openSession(writeOnnx(graph))
  try {
    const outputs = await session.run(
      Object.fromEntries(graph.inputs.map(({ name }, i) => [name, inputs[i]!])),
    )
    return graph.outputs.map(({ name }) => outputs[name]!)
  } finally {
    await session.close()
  }
}
