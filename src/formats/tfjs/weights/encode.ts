import type { Tensor } from '../../../graph/types.js'
import { GraphError } from '../../../graph/types.js'
import type { WeightSpec } from './manifest.js'
import { type Storage, storeWeight } from './quantize.js'

/**
 * Weights end to end, with what a manifest says of them.
 * @param storage float32 weights that are stored in fewer bytes
 * @throws GraphError for an element type that TF.js has not, or a weight that cannot be stored so.
 */
export function encodeWeights(
  tensors: ReadonlyMap<string, Tensor>,
  storage: Storage = new Map(),
): {
  readonly specs: readonly WeightSpec[]
  readonly bytes: Uint8Array
} {
  const encoded = [...tensors].map(([name, tensor]): readonly [WeightSpec, Uint8Array] => {
    const { dtype, shape, data } = tensor
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
      throw new GraphError(`weight ${name}: TF.js has no weights of type ${dtype}`)
    const spec = { name, shape: [...shape], dtype }
    const stored = dtype === 'float32' ? storage.get(name) : undefined
    if (stored === undefined) return [spec, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]
    const { quantization, bytes } = storeWeight(name, tensor, stored)
    return [{ ...spec, quantization }, bytes]
  })
  return {
    specs: encoded.map(([spec]) => spec),
    bytes: new Uint8Array(Buffer.concat(encoded.map(([, bytes]) => bytes))),
  }
}
