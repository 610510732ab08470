import * as tf from '@tensorflow/tfjs'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import type { Graph } from '../../../src/graph/types.js'
import { type FloatValue, openSession } from '../../../src/runtime/session.js'

/** A 4-D value with its axes in another order; any other value as it is. */
export function reorder({ data, shape }: FloatValue, order: readonly number[]): FloatValue {
  if (shape.length !== 4) return { data, shape }
  return tf.tidy(() => {
    const turned = tf.transpose(tf.tensor(data, [...shape]), [...order])
    return { data: Float32Array.from(turned.dataSync()), shape: turned.shape }
  })
}

export const toChannelsFirst = (value: FloatValue) => reorder(value, [0, 3, 1, 2])
export const toChannelsLast = (value: FloatValue) => reorder(value, [0, 2, 3, 1])

/** Outputs of a graph in ONNX Runtime for inputs laid out as TF.js has them; the outputs are laid out so too. */
export async function runLastly(graph: Graph, inputs: readonly FloatValue[]): Promise<FloatValue[]> {
  const session = await openSession(writeOnnx(graph))
  const feeds = graph.inputs.map(({ name }, i) => [name, toChannelsFirst(inputs[i]!)] as const)
  const outputs = await session.run(Object.fromEntries(feeds))
  await session.close()
  return graph.outputs.map(({ name }) => toChannelsLast(outputs[name]!))
}

/** The largest difference between values of the same shapes; infinite for others. */
export function difference(a: readonly FloatValue[], b: readonly FloatValue[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Math.max(
    ...a.map(({ data, shape }, i) => {
      if (shape.join() !== b[i]!.shape.join()) return Number.POSITIVE_INFINITY
      return data.reduce((worst, value, j) => Math.max(worst, Math.abs(value - b[i]!.data[j]!)), 0)
    }),
  )
}

export function toTensor({ data, shape }: FloatValue): tf.Tensor {
  return tf.tensor(data, [...shape], 'float32')
}

export function fromTensor(tensor: tf.Tensor): FloatValue {
  return { data: Float32Array.from(tensor.dataSync()), shape: tensor.shape }
}
