import { isNative } from '../native/execute.js'
import { nativeMaximumPool, nativeMaximumPoolGradient } from '../native/windowed.js'
import { avgPool, fill, maxPool, mul, ones, pad, type Tensor4D, tensor } from '../tf.js'
import { maximum, mul as multiply } from './arithmetic.js'
import { differentiable } from './custom.js'
import { convolveDepthwise } from './depthwise.js'
import { inputGradient } from './input-gradient.js'
import { take } from './take.js'
import { eachChannel, padding, type Window } from './window.js'

type Kernel = readonly [number, number]

/** Largest value in each window of x [n, h, w, c]; padding never wins. */
export function maximumPool(x: Tensor4D, kernel: Kernel, window: Window): Tensor4D {
  if (kernel[0] * kernel[1] === 1) return everyCell(x, window)
  if (Math.max(...window.dilations) > 1) return dilatedMaximum(x, kernel, window)
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

/** The largest of what the cells of the window meet, one after the other: TF.js has no dilated pooling of any stride. */
function dilatedMaximum(x: Tensor4D, kernel: Kernel, window: Window): Tensor4D {
  const { strides, dilations } = window
  const padded = pad(x, padding(window), -LARGEST)
  const cells = (axis: 0 | 1, tap: number) => {
    const size = padded.shape[axis + 1]!
    const count = Math.floor((size - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis]) + 1
    return Array.from({ length: count }, (_, i) => i * strides[axis] + tap * dilations[axis])
  }
  const rows = Array.from({ length: kernel[0] }, (_, tap) => take(padded, cells(0, tap), 1))
  const met = rows.flatMap(row => Array.from({ length: kernel[1] }, (_, tap) => take(row, cells(1, tap), 2)))
  return met.reduce((most, cell) => maximum(most, cell)) as Tensor4D
}

const LARGEST = 3.4e38

/** How many cells a mean divides by, for each row and each column of windows. */
export type Counts = readonly [readonly number[], readonly number[]]

/**
 * Mean of each window of x [n, h, w, c]: the sum of its cells, where padding counts as zeros, by the product of its row's
 * and its column's count. TF.js's own gradient divides by the whole window where the value divides by the cells within x.
 */
export function averagePool(x: Tensor4D, kernel: Kernel, window: Window, [rows, columns]: Counts): Tensor4D {
  const mean = wholeMean(x, kernel, window)
  const size = kernel[0] * kernel[1]
  const factors = rows.flatMap(a => columns.map(b => size / (a * b)))
  if (factors.every(factor => factor === 1)) return mean
  const factor = tensor(factors, [1, rows.length, columns.length, 1])
  return multiply(mean, factor, [factor]) as Tensor4D
}

/** Sum of each window's cells. */
export function windowSums(x: Tensor4D, kernel: Kernel, window: Window): Tensor4D {
  return mul(wholeMean(x, kernel, window), kernel[0] * kernel[1])
}

/** Mean of all cells of each window, those in the padding as zeros. */
function wholeMean(x: Tensor4D, kernel: Kernel, window: Window): Tensor4D {
  const size = kernel[0] * kernel[1]
  if (size === 1) return everyCell(x, window)
  const [, height, width, c] = x.shape
  const shares = () => fill([...kernel, c, 1], 1 / size) as Tensor4D
  if (Math.max(...window.dilations) > 1) {
    const filter = shares()
    return convolveDepthwise(x, filter, window, [filter])
  }
  return differentiable([x], () => ({
    value: avgPool(isPadded(window) ? pad(x, padding(window)) : x, [...kernel], [...window.strides], 'valid'),
    saved: [],
    gradients: dy => [() => inputGradient(dy as Tensor4D, shares(), [height, width], c, window, eachChannel)],
  })) as Tensor4D
}

/** XNNPACK does not pool single cells; a depthwise convolution with ones picks them. */
function everyCell(x: Tensor4D, window: Window): Tensor4D {
  const filter = ones([1, 1, x.shape[3], 1]) as Tensor4D
  return convolveDepthwise(x, filter, window, [filter])
}

function isPadded({ top, bottom, left, right }: Window): boolean {
  return top + bottom + left + right > 0
}

function padsOf(window: Window): 'valid' | ReturnType<typeof padding> {
  return isPadded(window) ? padding(window) : 'valid'
}
