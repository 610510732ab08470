import type { DType, Tensor, TensorData } from './types.js'

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int4: Int8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>

/** How many elements a shape holds; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Bytes of one element in memory. */
export function elementBytes(dtype: DType): number {
  return arrays[dtype].BYTES_PER_ELEMENT
}

/** Bytes of `count` elements in a file, where two of int4 share one. */
export function storedBytes(dtype: DType, count: number): number {
  return dtype === 'int4' ? Math.ceil(count / 2) : count * elementBytes(dtype)
}

/** A zeroed array of `length` elements. */
export function allocate(dtype: DType, length: number): TensorData {
  return new arrays[dtype](length)
}

/**
 * Little-endian bytes as elements; copied where they are part of a larger buffer, because such a view is rarely aligned.
 */
export function fromBytes(dtype: DType, bytes: Uint8Array): TensorData {
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer
  return new arrays[dtype](whole ? bytes.buffer : new Uint8Array(bytes).buffer)
}

/** A float32 tensor over `data`, which it does not copy. */
export function floatTensor(shape: readonly number[], data: Float32Array | readonly number[]): Tensor {
  return { dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) }
}

/** An int64 tensor, as ONNX wants shapes, axes and indices. */
export function int64Tensor(shape: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'int64', shape, data: BigInt64Array.from(values, BigInt) }
}

/** The elements as numbers; float16 and bfloat16 are not decoded. */
export function toNumbers(tensor: Tensor): number[] {
  return Array.from<number | bigint, number>(tensor.data, Number)
}

/** The float32 elements. @throws TypeError for another element type; callers check the dtype first. */
export function floats(tensor: Tensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data
  throw new TypeError(`expected a float32 tensor, found ${tensor.dtype}`)
}
