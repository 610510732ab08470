import { permutedFrom } from '../../graph/permute.js'
import { allocate } from '../../graph/tensor.js'
import type { Tensor } from '../../graph/types.js'

/** NHWC axes in NCHW order, and the other way round. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const
export const TO_CHANNELS_LAST = [0, 2, 3, 1] as const

/** The tensor with its axes in another order: axis `i` of the result is axis `order[i]` of the tensor. */
export function permute(tensor: Tensor, order: readonly number[]): Tensor {
  const data = allocate(tensor.dtype, tensor.data.length)
  permutedFrom(tensor.shape, order).forEach((from, to) => {
    data[to] = tensor.data[from]!
  })
  return { dtype: tensor.dtype, shape: order.map(axis => tensor.shape[axis]!), data }
}

/** The same elements under another shape. */
export function reshaped(tensor: Tensor, shape: readonly number[]): Tensor {
  return { ...tensor, shape }
}

/**
 * A tensor whose axis `axis` runs over the features of a flattened map, its features in the order of the other layout:
 * from [outer, inner] to [inner, outer].
 */
export function regroup(tensor: Tensor, axis: number, outer: number, inner: number): Tensor {
  const before = tensor.shape.slice(0, axis)
  const after = tensor.shape.slice(axis + 1)
  const split = reshaped(tensor, [...before, outer, inner, ...after])
  const order = split.shape.map((_, i) => (i === axis ? axis + 1 : i === axis + 1 ? axis : i))
  return reshaped(permute(split, order), tensor.shape)
}
