import { type Tensor, transpose } from '../tf.js'

/** A function along the last axis, done along another: the two are exchanged before it and behind it. */
export function alongLast(x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor {
  const last = x.rank - 1
  if (axis === last) return f(x)
  // An exchange of two axes is its own inverse.
  const order = x.shape.map((_, a) => (a === axis ? last : a === last ? axis : a))
  return transpose(f(transpose(x, order)), order)
}
