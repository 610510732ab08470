import { concat, reshape, slice, type Tensor, type Variable } from './tf.js'

/**
 * All elements of the tensors in one vector, in order. A network has dozens of parameters, most so small that calling an
 * operation costs more than it does: optimisers work on this instead.
 */
export function flatten(tensors: readonly Tensor[]): Tensor {
  return concat(tensors.map(t => reshape(t, [-1])))
}

/** Gives the variables the elements of such a vector. Call it within `tidy`. */
export function assignFlat(variables: readonly Variable[], vector: Tensor): void {
  let offset = 0
  for (const v of variables) {
    v.assign(reshape(slice(vector, [offset], [v.size]), v.shape))
    offset += v.size
  }
}
