import { toBinary } from '@bufbuild/protobuf'
import type { Graph } from '../../graph/types.js'
import { externalTensors, loadExternal, placeOf } from './external.js'
import { LARGEST_FILE } from './limits.js'
import { ModelProtoSchema } from './proto/onnx_pb.js'
import { parseModel, readModel } from './read.js'

/** A model that was read, with all its weights. */
export interface OpenedModel {
  readonly graph: Graph
  /** The model as one self-contained file; null where its weights are more than such a file can hold. */
  readonly bytes: Uint8Array | null
  /** Bytes of the model's file and of its weights in other files. */
  readonly size: number
}

/**
 * A model from the bytes of its .onnx file and the files beside it that hold its weights.
 * @param folder the folder of the .onnx file; no file outside it is read
 * @throws GraphError in one line for what is no ONNX model, weights that are not where it says, or one pare cannot hold
 */
export async function openOnnx(bytes: Uint8Array, folder: string): Promise<OpenedModel> {
  const model = parseModel(bytes)
  const external = externalTensors(model)
  if (external.length === 0) return { graph: readModel(model), bytes, size: bytes.length }
  const size = external.reduce((sum, tensor) => sum + placeOf(tensor).length, bytes.length)
  await loadExternal(external, folder)
  return {
    graph: readModel(model),
    bytes: size < LARGEST_FILE ? toBinary(ModelProtoSchema, model) : null,
    size,
  }
}
