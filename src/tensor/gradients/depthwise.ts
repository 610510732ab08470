import { isNative } from '../native/execute.js'
import { hasGradients, nativeFilterGradient, nativeInputGradient } from '../native/windowed.js'
import { add, concat, mul, reshape, slice, type Tensor4D, tidy, zerosLike } from '../tf.js'
import { channelSum } from './channel-sum.js'
import { type Constants, type Differentiated, differentiable } from './custom.js'
import { inputGradient } from './input-gradient.js'
import { shifted } from './shifted.js'
import { dilateFilter, eachChannel, isStridedAndDilated, type Window } from './window.js'

/**
 * Depthwise convolution of x [n, h, w, c] with filter [kh, kw, c m, 1]: m filters a channel, those of channel i at i m to
 * (i + 1) m - 1, and the outputs in the same order.
 *
 * @param constants those of x and filter that need no gradient
 */
export function convolveDepthwise(
  x: Tensor4D,
  filter: Tensor4D,
  window: Window,
  constants: Constants = [],
): Tensor4D {
  const repeats = filter.shape[2] / x.shape[3]
  if (repeats > 1) return convolveDepthwise(repeated(x, repeats), filter, window, constants)
  if (isStridedAndDilated(window))
    return convolveDepthwise(
      x,
      dilateFilter(filter, window.dilations),
      { ...window, dilations: [1, 1] },
      constants,
    )
  const compute = (): Differentiated => ({
    value: eachChannel(x, filter, window),
    saved: [x, filter],
    gradients(upstream, saved) {
      const [input, weight] = saved as [Tensor4D, Tensor4D]
      const dy = upstream as Tensor4D
      if (isNative() && hasGradients('DepthwiseConv2dNative', window))
        return [
          () => nativeInputGradient('DepthwiseConv2dNative', dy, weight, input.shape, window),
          () => nativeFilterGradient('DepthwiseConv2dNative', dy, input, weight.shape, window),
        ]
      const [, height, width, c] = input.shape
      return [
        () => inputGradient(dy, weight, [height, width], c, window, eachChannel),
        () => depthwiseFilterGradient(dy, input, weight, window),
      ]
    },
  })
  return differentiable([x, filter], compute, constants) as Tensor4D
}

/** Each channel `times` times in a row. */
function repeated(x: Tensor4D, times: number): Tensor4D {
  const [n, h, w, c] = x.shape
  const column = reshape(x, [n * h * w * c, 1])
  return reshape(concat(Array<typeof column>(times).fill(column), 1), [n, h, w, c * times]) as Tensor4D
}

/** Elements of activations that are worked on at a time; what fits the cache is multiplied and summed far faster. */
const CHUNK = 1 << 18

/** dL/dfilter: for each filter cell, the inputs that it meets times the output's gradient, summed by channel. */
export function depthwiseFilterGradient(
  dy: Tensor4D,
  x: Tensor4D,
  filter: Tensor4D,
  window: Window,
): Tensor4D {
  const [kh, kw, c] = filter.shape
  const n = x.shape[0]
  const samples = Math.max(1, Math.floor(CHUNK / (x.size / n)))
  let whole: Tensor4D | undefined
  for (let first = 0; first < n; first += samples) {
    const count = Math.min(samples, n - first)
    const part = (t: Tensor4D) => slice(t, [first, 0, 0, 0], [count, t.shape[1], t.shape[2], c])
    const sums = tidy(() => tapSums(part(dy), part(x), [kh, kw], window))
    whole = whole === undefined ? sums : (add(whole, sums) as Tensor4D)
  }
  return whole ?? zerosLike(filter)
}

/** The filter's gradient from some of the samples. */
function tapSums(dy: Tensor4D, x: Tensor4D, kernel: readonly [number, number], window: Window): Tensor4D {
  const c = x.shape[3]
  const { gradient, grid, run } = shifted(x, dy, kernel, window)
  const cells = gradient.shape[0]
  const sums = Array.from({ length: kernel[0] * kernel[1] }, (_, i) => {
    const { input, start } = run(Math.floor(i / kernel[1]), i % kernel[1])
    const met = reshape(slice(reshape(input, [-1]), [start * c], [cells * c]), [cells, c])
    return channelSum(reshape(mul(met, gradient), [...grid, c]))
  })
  return reshape(concat(sums, 0), [...kernel, c, 1])
}
