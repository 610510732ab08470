import { toBinary } from '@bufbuild/protobuf'
import type { Graph } from '../../graph/types.js'
import { ModelProtoSchema } from './proto/onnx_pb.js'
import { bytesOf, writeExternalTensor, writeTensor } from './tensor.js'
import { writeModel } from './write.js'

/** Where data begin in a file of weights, so that a runtime can map them into its memory. */
const ALIGNMENT = 4096

/** Smaller constants (shapes, axes, limits) stay in the model's file, where shape inference looks for them. */
const SMALLEST = 1024

/** A model in two files. */
export interface SplitModel {
  /** The file of the larger weights, in pieces. */
  readonly data: readonly Uint8Array[]
  /** The model's file, for one of weights at `location`, relative to the model's folder. */
  model(location: string): Uint8Array
}

/** A Graph as two files, for one that a single file cannot hold; equal graphs give equal bytes. */
export function splitOnnx(graph: Graph): SplitModel {
  const data: Uint8Array[] = []
  const offsets = new Map<string, number>()
  let size = 0
  for (const [name, tensor] of graph.initializers) {
    const bytes = bytesOf(tensor)
    if (bytes.length < SMALLEST) continue
    const gap = (ALIGNMENT - (size % ALIGNMENT)) % ALIGNMENT
    data.push(new Uint8Array(gap), bytes)
    offsets.set(name, size + gap)
    size += gap + bytes.length
  }
  return {
    data,
    model(location) {
      const written = writeModel(graph, (tensor, name) => {
        const offset = offsets.get(name)
        return offset === undefined
          ? writeTensor(tensor, name)
          : writeExternalTensor(tensor, name, { location, offset })
      })
      return toBinary(ModelProtoSchema, written)
    },
  }
}
