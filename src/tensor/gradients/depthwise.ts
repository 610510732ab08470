import { depthwiseConv2d, reshape, reverse, type Tensor4D, transpose } from '../tf.js'
import { channelSum } from './channel-sum.js'
import { differentiable } from './custom.js'
import { acrossSamples, backwardWindow, crop, padding, spread, type Window } from './window.js'

/** Depthwise convolution of x [n, h, w, c] with filter [kh, kw, c, 1]. */
export function convolveDepthwise(x: Tensor4D, filter: Tensor4D, window: Window): Tensor4D {
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
  return depthwiseConv2d(x, filter, [...window.strides], padding(window), 'NHWC', [...window.dilations])
}

/** dL/dx: the spread gradient under the filter turned by half a turn. */
function inputGradient(dy: Tensor4D, x: Tensor4D, filter: Tensor4D, window: Window): Tensor4D {
  const spreadOut = spread(dy, window.strides)
  const back = backwardWindow(spreadOut, x, filter, window)
  return forward(crop(spreadOut, back.height, back.width), reverse(filter, [0, 1]), back.window)
}

/**
 * dL/dfilter: with samples beside channels on the last axis this is a depthwise convolution too, of the inputs with the
 * gradient as its filter, dilated by the stride; then the samples are summed.
 */
function filterGradient(dy: Tensor4D, x: Tensor4D, filter: Tensor4D, window: Window): Tensor4D {
  const [kh, kw, c] = filter.shape
  const [n, outHeight, outWidth] = dy.shape
  const beside = (t: Tensor4D) => transpose(t, [1, 2, 0, 3])
  const across = acrossSamples(x, dy, filter, window)
  const read = crop(x, across.height, across.width)
  const inputs = reshape(beside(read), [1, across.height, across.width, n * c]) as Tensor4D
  const kernel = reshape(beside(dy), [outHeight, outWidth, n * c, 1]) as Tensor4D
  const each = forward(inputs, kernel, across.window)
  return reshape(
    channelSum(reshape(transpose(reshape(each, [kh * kw, n, c]), [1, 0, 2]), [n, kh * kw * c])),
    [kh, kw, c, 1],
  )
}
