import { conv2d, matMul, reshape, reverse, type Tensor2D, type Tensor4D, transpose } from '../tf.js'
import { differentiable } from './custom.js'
import { acrossSamples, backwardWindow, crop, padding, spread, type Window } from './window.js'

/**
 * Convolution of x [n, h, w, c] with filter [kh, kw, c, o]. The WASM backend has no filter gradient and a slow input
 * gradient; both are convolutions themselves, and are computed by the forward kernel.
 */
export function convolve(x: Tensor4D, filter: Tensor4D, window: Window): Tensor4D {
  return differentiable([x, filter], () => ({
    value: forward(x, filter, window),
    saved: [x, filter],
    gradients(dy, saved) {
      const [input, weight] = saved as [Tensor4D, Tensor4D]
      return [
        inputGradient(dy as Tensor4D, input, weight, window),
        filterGradient(dy as Tensor4D, input, weight, window),
      ]
    },
  })) as Tensor4D
}

function forward(x: Tensor4D, filter: Tensor4D, window: Window): Tensor4D {
  return conv2d(x, filter, [...window.strides], padding(window), 'NHWC', [...window.dilations])
}

function isPointwise(filter: Tensor4D, { top, bottom, left, right, strides }: Window): boolean {
  return (
    [filter.shape[0], filter.shape[1], ...strides].every(n => n === 1) && top + bottom + left + right === 0
  )
}

/** dL/dx: the gradient, spread where the stride skipped, under the filter turned by half a turn with its channels swapped. */
function inputGradient(dy: Tensor4D, x: Tensor4D, filter: Tensor4D, window: Window): Tensor4D {
  const spreadOut = spread(dy, window.strides)
  const back = backwardWindow(spreadOut, x, filter, window)
  const turned = transpose(reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D
  return forward(crop(spreadOut, back.height, back.width), turned, back.window)
}

/** dL/dfilter: samples and channels change places, and the gradient becomes the filter, dilated by the stride. */
function filterGradient(dy: Tensor4D, x: Tensor4D, filter: Tensor4D, window: Window): Tensor4D {
  const [, , c, o] = filter.shape
  if (isPointwise(filter, window)) {
    const rows = transpose(reshape(x, [-1, c]))
    return reshape(matMul(rows as Tensor2D, reshape(dy, [-1, o]) as Tensor2D), filter.shape)
  }
  const across = acrossSamples(x, dy, filter, window)
  const swapped = transpose(crop(x, across.height, across.width), [3, 1, 2, 0]) as Tensor4D
  const kernel = transpose(dy, [1, 2, 0, 3]) as Tensor4D
  return transpose(forward(swapped, kernel, across.window), [1, 2, 0, 3]) as Tensor4D
}
