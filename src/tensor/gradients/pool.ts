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
  return maxPool(x, [...kernel], [...window.strides], padsOf(window))
}

/**
 * Mean of each window of x [n, h, w, c]: of the cells within x, or with `countPadding` of all, where padding counts as
 * zeros. TF.js's own gradient divides by the whole window where the value divides by the cells within x.
 */
export function averagePool(x: Tensor4D, kernel: Kernel, window: Window, countPadding: boolean): Tensor4D {
  if (kernel[0] * kernel[1] === 1) return everyCell(x, window)
  const [, height, width, c] = x.shape
  return differentiable([x], () => {
    const read = countPadding ? pad(x, padding(window)) : x
    const value = avgPool(read, [...kernel], [...window.strides], countPadding ? 'valid' : padsOf(window))
    const [, outHeight, outWidth] = value.shape
    const share = (dy: Tensor) => {
      const rows = counts(outHeight, kernel[0], window.strides[0], window.top, height, countPadding)
      const columns = counts(outWidth, kernel[1], window.strides[1], window.left, width, countPadding)
      const shares = rows.flatMap(a => columns.map(b => 1 / (a * b)))
      return mul(dy, tensor(shares, [1, outHeight, outWidth, 1])) as Tensor4D
    }
    return {
      value,
      saved: [],
      gradients: dy => [
        () => inputGradient(share(dy), ones([...kernel, c, 1]), [height, width], c, window, sums),
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
