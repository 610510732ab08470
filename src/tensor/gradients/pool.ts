import { isNative } from '../native/execute.js'
import { nativeMaximumPool, nativeMaximumPoolGradient } from '../native/windowed.js'
import {
  avgPool,
  depthwiseConv2d,
  maxPool,
  mul,
  ones,
  pad,
  type Tensor,
  type Tensor4D,
  tensor,
} from '../tf.js'
import { differentiable } from './custom.js'
import { convolveDepthwise } from './depthwise.js'
import { inputGradient } from './input-gradient.js'
import { padding, type Window } from './window.js'

type Kernel = readonly [number, number]

/** Largest value in each window of x [n, h, w, c]; padding never wins. The window is not dilated. */
export function maximumPool(x: Tensor4D, kernel: Kernel, window: Window): Tensor4D {
  if (kernel[0] * kernel[1] === 1) return everyCell(x, window)
  if (!isNative()) return maxPool(x, [...kernel], [...window.strides], padsOf(window))
  return differentiable([x], () => {
    const value = nativeMaximumPool(x, kernel, window)
    return {
      value,
      saved: [x, value],
      gradients(dy, saved) {
        const [input, y] = saved as [Tensor4D, Tensor4D]
        return [() => nativeMaximumPoolGradient(dy as Tensor4D, input, y, kernel, window)]
      },
    }
  }) as Tensor4D
}

/**
 * Mean of each window of x [n, h, w, c]: of the cells within x, or with `countPadding` of all, where padding counts as
 * zeros. TF.js's own gradient divides by the whole window where the value divides by the cells within x.
 */
export function averagePool(x: Tensor4D, kernel: Kernel, window: Window, countPadding: boolean): Tensor4D {
  if (kernel[0] * kernel[1] === 1) return everyCell(x, window)
  const [, height, width, c] = x.shape
  return differentiable([x], () => {
    // tfjs-node pools no padded input, so that its windows first count all their cells.
    const readPadding = countPadding || isNative()
    const read = readPadding ? pad(x, padding(window)) : x
    const means = avgPool(read, [...kernel], [...window.strides], readPadding ? 'valid' : padsOf(window))
    const [, outHeight, outWidth] = means.shape
    const share = (t: Tensor, cells: number) => {
      const rows = counts(outHeight, kernel[0], window.strides[0], window.top, height, countPadding)
      const columns = counts(outWidth, kernel[1], window.strides[1], window.left, width, countPadding)
      const shares = rows.flatMap(a => columns.map(b => cells / (a * b)))
      return mul(t, tensor(shares, [1, outHeight, outWidth, 1])) as Tensor4D
    }
    const value = readPadding && !countPadding ? share(means, kernel[0] * kernel[1]) : means
    return {
      value,
      saved: [],
      gradients: dy => [
        () => inputGradient(share(dy, 1), ones([...kernel, c, 1]), [height, width], c, window, sums),
      ],
    }
  }) as Tensor4D
}

/** XNNPACK does not pool single cells; a depthwise convolution with ones picks them. */
function everyCell(x: Tensor4D, window: Window): Tensor4D {
  const filter = ones([1, 1, x.shape[3], 1]) as Tensor4D
  return convolveDepthwise(x, filter, window, [filter])
}

function padsOf(window: Window): 'valid' | ReturnType<typeof padding> {
  return window.top + window.bottom + window.left + window.right > 0 ? padding(window) : 'valid'
}

function sums(x: Tensor4D, filter: Tensor4D, window: Window): Tensor4D {
  return depthwiseConv2d(x, filter, 1, padding(window))
}

/** By output cell along one axis: how many cells its window counts. */
function counts(
  outputs: number,
  kernel: number,
  stride: number,
  before: number,
  size: number,
  all: boolean,
): number[] {
  return Array.from({ length: outputs }, (_, i) => {
    const start = i * stride - before
    return all ? kernel : Math.min(size, start + kernel) - Math.max(0, start)
  })
}
