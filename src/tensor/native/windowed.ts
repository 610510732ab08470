import { pad, type Tensor4D, tensor1d } from '@tensorflow/tfjs-core'
import { crop, padding, paddingName, type Window } from '../gradients/window.js'
import { type Attribute, execute } from './execute.js'

/** How a window slides over x, in the terms of TensorFlow's operations on [n, h, w, c]. */
function slides(window: Window, x: readonly number[], kernel: readonly number[]): Attribute[] {
  const name = paddingName(window, x, kernel)
  const attributes: Attribute[] = [
    { name: 'strides', type: 'INT', value: [1, ...window.strides, 1] },
    { name: 'data_format', type: 'STRING', value: 'NHWC' },
    { name: 'padding', type: 'STRING', value: name?.toUpperCase() ?? 'EXPLICIT' },
  ]
  if (name !== null) return attributes
  return [...attributes, { name: 'explicit_paddings', type: 'INT', value: padding(window).flat() }]
}

/** What is convolved: all channels with all, or each with its own filter. */
type Convolution = 'Conv2D' | 'DepthwiseConv2dNative'

/** Whether TensorFlow has the gradients of a convolution with such a window on a processor. */
export function hasGradients(convolution: Convolution, { strides, dilations }: Window): boolean {
  const even = convolution === 'Conv2D' || strides[0] === strides[1]
  return even && Math.max(...dilations) === 1
}

/**
 * Padding without a name as zeros around x [top, left], of the shape given, and a window without any. Named paddings stay.
 * TensorFlow's own filter gradient with explicit padding is five times as slow as oneDNN's, and writes over foreign memory
 * where a signal interrupts it.
 */
function named(shape: readonly number[], kernel: readonly number[], window: Window) {
  if (paddingName(window, shape, kernel) !== null) return { top: 0, left: 0, shape, window }
  const { top, bottom, left, right } = window
  const [n = 1, height = 1, width = 1, c = 1] = shape
  return {
    top,
    left,
    shape: [n, top + height + bottom, left + width + right, c],
    window: { ...window, top: 0, bottom: 0, left: 0, right: 0 },
  }
}

/** dL/dx of a convolution, of the shape of x. */
export function nativeInputGradient(
  convolution: Convolution,
  dy: Tensor4D,
  filter: Tensor4D,
  shape: readonly number[],
  window: Window,
): Tensor4D {
  const padded = named(shape, filter.shape, window)
  const inputs = [tensor1d([...padded.shape], 'int32'), filter, dy]
  const attributes = slides(padded.window, padded.shape, filter.shape)
  const [gradient] = execute(`${convolution}BackpropInput`, attributes, inputs)
  const [, height = 1, width = 1] = shape
  return crop(gradient as Tensor4D, padded.top, padded.left, height, width)
}

/** dL/dfilter of a convolution, of the shape of the filter. */
export function nativeFilterGradient(
  convolution: Convolution,
  dy: Tensor4D,
  x: Tensor4D,
  shape: readonly number[],
  window: Window,
): Tensor4D {
  const padded = named(x.shape, shape, window)
  const input = padded.window === window ? x : pad(x, padding(window))
  const inputs = [input, tensor1d([...shape], 'int32'), dy]
  const attributes = slides(padded.window, padded.shape, shape)
  return execute(`${convolution}BackpropFilter`, attributes, inputs)[0] as Tensor4D
}

function pools(x: Tensor4D, kernel: readonly number[], window: Window): Attribute[] {
  return [...slides(window, x.shape, kernel), { name: 'ksize', type: 'INT', value: [1, ...kernel, 1] }]
}

/** Largest value in each window; tfjs-node's kernel takes no padding of its own. */
export function nativeMaximumPool(x: Tensor4D, kernel: readonly number[], window: Window): Tensor4D {
  return execute('MaxPool', pools(x, kernel, window), [x])[0] as Tensor4D
}

/** dL/dx of the largest value `y` in each window of x. */
export function nativeMaximumPoolGradient(
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  kernel: readonly number[],
  window: Window,
): Tensor4D {
  return execute('MaxPoolGrad', pools(x, kernel, window), [x, y, dy])[0] as Tensor4D
}
