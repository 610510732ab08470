import { fromFloat16 } from '../../../graph/float16.js'
import { elementBytes, elementCount, fromBytes } from '../../../graph/tensor.js'
import { type DType, GraphError, type Tensor } from '../../../graph/types.js'

import type { WeightSpec } from './manifest.js'

/** Weights by name; text and complex numbers, which no network computes with here, are only known to be there. */
export interface Weights {
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Element types of the weights that were skipped. */
  readonly skipped: ReadonlyMap<string, string>
}

/**
 * The weights of one group from its bytes, added to `tensors` and `skipped`.
 * @throws GraphError where the bytes are too few or too many, or a name comes twice.
 */
export function decodeGroup(
  specs: readonly WeightSpec[],
  bytes: Uint8Array,
  tensors: Map<string, Tensor>,
  skipped: Map<string, string>,
): void {
  let offset = 0
  for (const spec of specs) {
    if (tensors.has(spec.name) || skipped.has(spec.name))
      throw new GraphError(`weight ${spec.name} comes twice`)
    const count = elementCount(spec.shape)
    const length = byteLength(spec, count, bytes, offset)
    if (length > bytes.length - offset) {
      throw new GraphError(
        `weight ${spec.name}: needs ${length} bytes, its shards have ${bytes.length - offset} left`,
      )
    }
    const part = bytes.subarray(offset, offset + length)
    if (spec.dtype === 'string' || spec.dtype === 'complex64') skipped.set(spec.name, spec.dtype)
    else tensors.set(spec.name, { ...decode(spec, spec.dtype, part), shape: spec.shape })
    offset += length
  }
  if (offset !== bytes.length) {
    throw new GraphError(`the weights need ${offset} bytes, their shards hold ${bytes.length}`)
  }
}

function byteLength(spec: WeightSpec, count: number, bytes: Uint8Array, offset: number): number {
  if (spec.quantization !== undefined) return count * (spec.quantization.dtype === 'uint8' ? 1 : 2)
  if (spec.dtype === 'complex64') return count * 8
  if (spec.dtype !== 'string') return count * elementBytes(spec.dtype)
  // Text: each element is its length in four bytes, then its bytes.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = offset
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw new GraphError(`weight ${spec.name}: its text runs past the shards`)
    at += 4 + view.getUint32(at, true)
  }
  return at - offset
}

type Numeric = Extract<WeightSpec['dtype'], DType>

function decode(spec: WeightSpec, dtype: Numeric, bytes: Uint8Array): Pick<Tensor, 'dtype' | 'data'> {
  const { quantization } = spec
  if (quantization === undefined) return { dtype, data: fromBytes(dtype, bytes) }
  if (dtype !== 'float32' && dtype !== 'int32')
    throw new GraphError(`weight ${spec.name}: a quantised weight of type ${dtype}`)
  const value = dequantizer(spec.name, quantization)
  const stored = Array.from<number | bigint, number>(
    fromBytes(quantization.dtype === 'uint8' ? 'uint8' : 'uint16', bytes),
    Number,
  )
  return dtype === 'int32'
    ? { dtype, data: Int32Array.from(stored, q => Math.round(value(q))) }
    : { dtype, data: Float32Array.from(stored, value) }
}

function dequantizer(
  name: string,
  { dtype, scale, min }: NonNullable<WeightSpec['quantization']>,
): (stored: number) => number {
  if (dtype === 'float16') return fromFloat16
  if (scale === undefined || min === undefined) {
    throw new GraphError(`weight ${name}: a ${dtype} weight needs a scale and a minimum`)
  }
  return stored => stored * scale + min
}
