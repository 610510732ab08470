import { isNative } from '../native/execute.js'
import {
  add,
  clipByValue,
  engine,
  mul,
  type NamedAttrMap,
  relu,
  reshape,
  type Tensor,
  type Tensor4D,
} from '../tf.js'

/** What follows an affine map in the same pass; relu6 is clipping to [0, 6]. */
export type Activation = 'linear' | 'relu' | 'relu6'

/**
 * activation(x scale + shift) with one scale and one shift a channel, [..., c]: as a depthwise convolution with one cell,
 * which the WASM backend does in one pass, where broadcast products and sums take two or three slower ones. It has no
 * gradient of its own, and is called as a kernel because TF.js's function does not fuse while a gradient is being taken.
 */
export function affine(x: Tensor, scale: Tensor, shift: Tensor, activation: Activation = 'linear'): Tensor {
  if (isNative()) return activated(add(mul(x, scale), shift), activation)
  const c = x.shape.at(-1) ?? 1
  const inputs = {
    x: x.rank === 4 ? x : reshape(x, [-1, 1, 1, c]),
    filter: reshape(scale, [1, 1, c, 1]),
    bias: shift,
  }
  const attributes: NamedAttrMap = {
    strides: 1,
    pad: 'valid',
    dataFormat: 'NHWC',
    dilations: [1, 1],
    activation,
  }
  const y = engine().runKernel<Tensor4D>('FusedDepthwiseConv2D', inputs, attributes)
  return x.rank === 4 ? y : reshape(y, x.shape)
}

/** A value behind an activation. */
export function activated(x: Tensor, activation: Activation): Tensor {
  switch (activation) {
    case 'linear':
      return x
    case 'relu':
      return relu(x)
    case 'relu6':
      return clipByValue(x, 0, 6)
  }
}
