import type { Tensor } from '../../../graph/types.js'
import { GraphError } from '../../../graph/types.js'
import type { WeightSpec } from './manifest.js'

/** Weights end to end, with what a manifest says of them. @throws GraphError for an element type that TF.js has not. */
export function encodeWeights(tensors: ReadonlyMap<string, Tensor>): {
  readonly specs: readonly WeightSpec[]
  readonly bytes: Uint8Array
} {
  const specs = [...tensors].map(([name, { dtype, shape }]): WeightSpec => {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
      throw new GraphError(`weight ${name}: TF.js has no weights of type ${dtype}`)
    return { name, shape: [...shape], dtype }
  })
  const parts = [...tensors.values()].map(
    ({ data: { buffer, byteOffset, byteLength } }) => new Uint8Array(buffer, byteOffset, byteLength),
  )
  return { specs, bytes: new Uint8Array(Buffer.concat(parts)) }
}
