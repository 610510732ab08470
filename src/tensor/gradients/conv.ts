import { isNative } from '../native/execute.js'
import { hasGradients, nativeFilterGradient, nativeInputGradient } from '../native/windowed.js'
import { type Tensor4D, transpose } from '../tf.js'
import { type Constants, type Differentiated, differentiable } from './custom.js'
import { filterGradient } from './filter-gradient.js'
import { inputGradient } from './input-gradient.js'
import { allChannels, dilateFilter, isStridedAndDilated, type Window } from './window.js'

/**
 * Convolution of x [n, h, w, c] with filter [kh, kw, c, o]. The WASM backend has no filter gradient and a slow input
 * gradient; the first is computed as matrix products, the second as forward convolutions. TensorFlow has both, but not
 * with dilations.
 *
 * @param constants those of x and filter that need no gradient
 */
export function convolve(x: Tensor4D, filter: Tensor4D, window: Window, constants: Constants = []): Tensor4D {
  if (isStridedAndDilated(window))
    return convolve(x, dilateFilter(filter, window.dilations), { ...window, dilations: [1, 1] }, constants)
  const compute = (): Differentiated => ({
    value: allChannels(x, filter, window),
    saved: [x, filter],
    gradients(upstream, saved) {
      const [input, weight] = saved as [Tensor4D, Tensor4D]
      const dy = upstream as Tensor4D
      if (isNative() && hasGradients('Conv2D', window))
        return [
          () => nativeInputGradient('Conv2D', dy, weight, input.shape, window),
          () => nativeFilterGradient('Conv2D', dy, input, weight.shape, window),
        ]
      const [, height, width, c] = input.shape
      const swapped = () => transpose(weight, [0, 1, 3, 2]) as Tensor4D
      return [
        () => inputGradient(dy, swapped(), [height, width], c, window, allChannels),
        () => filterGradient(dy, input, weight.shape, window),
      ]
    },
  })
  return differentiable([x, filter], compute, constants) as Tensor4D
}
