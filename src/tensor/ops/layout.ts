import { type Tensor, transpose } from '../tf.js'

/** A value of the executor in ONNX's layout: [n, h, w, c] becomes [n, c, h, w]. */
export function channelsFirst(x: Tensor): Tensor {
  return x.rank === 4 ? transpose(x, [0, 3, 1, 2]) : x
}

/** A value in ONNX's layout as the executor holds it. */
export function channelsLast(x: Tensor): Tensor {
  return x.rank === 4 ? transpose(x, [0, 2, 3, 1]) : x
}
