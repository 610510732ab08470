import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { paddingBefore, windowOutput } from '../../graph/ops/window.js'
import { GraphError, type Node } from '../../graph/types.js'
import { convolve } from '../gradients/conv.js'
import { addBias, dense } from '../gradients/dense.js'
import { convolveDepthwise } from '../gradients/depthwise.js'
import type { Window } from '../gradients/window.js'
import type { Tensor2D, Tensor4D } from '../tf.js'
import type { Operator } from './operator.js'

/** A node's window over an input of the given spatial size: what it pads in front and what it reads behind. */
export function windowOf(
  node: Node,
  spatial: readonly [number, number],
  kernel: readonly [number, number],
): Window {
  const [strideY = 1, strideX = 1] = intsAttribute(node, 'strides', [1, 1])
  const [dilationY = 1, dilationX = 1] = intsAttribute(node, 'dilations', [1, 1])
  const [top = 0, left = 0] = paddingBefore(node, spatial, kernel)
  const [outHeight = 1, outWidth = 1] = windowOutput(node, spatial, kernel)
  const behind = (
    out: number,
    stride: number,
    dilation: number,
    size: number,
    reach: number,
    before: number,
  ) => Math.max(0, (out - 1) * stride + dilation * (reach - 1) + 1 - size - before)
  return {
    top,
    left,
    bottom: behind(outHeight, strideY, dilationY, spatial[0], kernel[0], top),
    right: behind(outWidth, strideX, dilationX, spatial[1], kernel[1], left),
    strides: [strideY, strideX],
    dilations: [dilationY, dilationX],
  }
}

export const conv: Operator = ({ node, required, input }) => {
  const x = required(0) as Tensor4D
  const filter = required(1) as Tensor4D
  if (x.shape.length !== 4)
    throw new GraphError(`node ${node.id} (${node.op}): only two spatial axes can be trained`)
  const groups = intAttribute(node, 'group', 1)
  const depthwise = groups > 1 && groups === x.shape[3] && groups === filter.shape[2]
  if (groups > 1 && !depthwise)
    throw new GraphError(`node ${node.id} (${node.op}): ${groups} groups cannot be trained yet`)
  const window = windowOf(node, [x.shape[1], x.shape[2]], [filter.shape[0], filter.shape[1]])
  const y = depthwise ? convolveDepthwise(x, filter, window) : convolve(x, filter, window)
  const bias = input(2)
  return bias === undefined ? y : addBias(y, bias)
}

export const gemm: Operator = ({ node, required, input }) => {
  const scaled = ['alpha', 'beta'].some(name => {
    const attribute = node.attributes[name]
    return attribute?.kind === 'float' && attribute.value !== 1
  })
  if (scaled || intAttribute(node, 'transA', 0) === 1)
    throw new GraphError(`node ${node.id} (Gemm): scaled or transposed input cannot be trained`)
  return dense(required(0) as Tensor2D, required(1) as Tensor2D, input(2))
}

export const matmul: Operator = ({ required }) => dense(required(0) as Tensor2D, required(1) as Tensor2D)
