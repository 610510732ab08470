import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { paddingBefore, windowOutput } from '../../graph/ops/window.js'
import { GraphError, type Node } from '../../graph/types.js'
import { convolve } from '../gradients/conv.js'
import { addBias } from '../gradients/dense.js'
import { convolveDepthwise } from '../gradients/depthwise.js'
import type { Window } from '../gradients/window.js'
import { concat, split, type Tensor, type Tensor4D } from '../tf.js'
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

export const conv: Operator = context => {
  const { node, required, input, isTrained } = context
  const x = required(0) as Tensor4D
  const filter = required(1) as Tensor4D
  if (x.rank !== 4) throw new GraphError(`node ${node.id} (Conv): only two spatial axes can be trained`)
  const groups = intAttribute(node, 'group', 1)
  const window = windowOf(node, [x.shape[1], x.shape[2]], [filter.shape[0], filter.shape[1]])
  const constants = [x, filter].filter((_, i) => !isTrained(i))
  const y =
    groups === 1 ? convolve(x, filter, window, constants) : grouped(x, filter, window, groups, constants)
  const bias = input(2)
  return bias === undefined ? y : addBias(y, bias)
}

/** Convolution in groups of channels; the filter is [kh, kw, o, 1] where each channel is a group, else [kh, kw, c / groups, o]. */
function grouped(
  x: Tensor4D,
  filter: Tensor4D,
  window: Window,
  groups: number,
  constants: readonly Tensor[],
): Tensor4D {
  if (groups === x.shape[3]) return convolveDepthwise(x, filter, window, constants)
  const inputs = split<Tensor4D>(x, groups, 3)
  const filters = split<Tensor4D>(filter, groups, 3)
  const parts = inputs.map((part, i) =>
    convolve(part, filters[i]!, window, [
      ...(constants.includes(x) ? [part] : []),
      ...(constants.includes(filter) ? [filters[i]!] : []),
    ]),
  )
  return concat(parts, 3)
}
