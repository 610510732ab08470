import { type Tensor4D, tensor1d } from '@tensorflow/tfjs-core'
import { padding, paddingName, type Window } from '../gradients/window.js'
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

/** dL/dx of a convolution, of the shape of x. */
export function nativeInputGradient(
  convolution: Convolution,
  dy: Tensor4D,
  filter: Tensor4D,
  shape: readonly number[],
  window: Window,
): Tensor4D {
  const inputs = [tensor1d([...shape], 'int32'), filter, dy]
  return execute(`${convolution}BackpropInput`, slides(window, shape, filter.shape), inputs)[0] as Tensor4D
}

/** dL/dfilter of a convolution, of the shape of the filter. */
export function nativeFilterGradient(
  convolution: Convolution,
  dy: Tensor4D,
  x: Tensor4D,
  shape: readonly number[],
  window: Window,
): Tensor4D {
  const inputs = [x, tensor1d([...shape], 'int32'), dy]
  return execute(`${convolution}BackpropFilter`, slides(window, x.shape, shape), inputs)[0] as Tensor4D
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
