import { type Tensor4D, transpose } from '../tf.js'
import { type Constants, differentiable } from './custom.js'
import { depthwiseFilterGradient } from './depthwise.js'
import { filterGradient } from './filter-gradient.js'
import { inputGradient } from './input-gradient.js'
import {
  allChannels,
  dilateFilter,
  eachChannel,
  type Forward,
  isStridedAndDilated,
  type Window,
} from './window.js'

/**
 * Transposed convolution of x [n, h, w, c]: the input gradient of the convolution whose window it is, and whose output has
 * the size of x. Its own gradients are that convolution and its filter's.
 *
 * @param filter [kh, kw, o, c], or [kh, kw, c, 1] where each channel goes alone
 * @param size height and width of what is made
 * @param constants those of x and filter that need no gradient
 */
export function convolveTransposed(
  x: Tensor4D,
  filter: Tensor4D,
  size: readonly [number, number],
  window: Window,
  depthwise: boolean,
  constants: Constants = [],
): Tensor4D {
  if (isStridedAndDilated(window))
    return convolveTransposed(
      x,
      dilateFilter(filter, window.dilations),
      size,
      { ...window, dilations: [1, 1] },
      depthwise,
      constants,
    )
  const forward: Forward = depthwise ? eachChannel : allChannels
  const channels = filter.shape[2]
  return differentiable(
    [x, filter],
    () => {
      const swapped = depthwise ? filter : (transpose(filter, [0, 1, 3, 2]) as Tensor4D)
      return {
        value: inputGradient(x, swapped, size, channels, window, forward),
        saved: [x, filter],
        gradients(upstream, saved) {
          const [input, weight] = saved as [Tensor4D, Tensor4D]
          const dy = upstream as Tensor4D
          return [
            () => forward(dy, weight, window),
            () =>
              depthwise
                ? depthwiseFilterGradient(input, dy, weight, window)
                : filterGradient(input, dy, weight.shape, window),
          ]
        },
      }
    },
    constants,
  ) as Tensor4D
}
