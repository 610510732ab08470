import { intAttribute } from '../../graph/attributes.js'
import { convolve } from '../gradients/conv.js'
import { addBias } from '../gradients/dense.js'
import { convolveDepthwise } from '../gradients/depthwise.js'
import { concat, split, type Tensor, type Tensor4D } from '../tf.js'
import { axisOrder, isDepthwise } from '../weight-layout.js'
import type { Operator, OperatorContext } from './operator.js'
import { as2D, fromMap, windowOf } from './spatial.js'

/** The filter as TF.js has it, and ONNX's sizes of its kernel. */
export function filterOf(context: OperatorContext) {
  const shape = context.onnxShape(1)
  const filter = context.ordered(1, axisOrder(context.node, 1, shape))
  const [, , ...kernel] = shape
  const lifted = kernel.length === 1 ? filter.reshape([1, ...filter.shape]) : filter
  return { filter: lifted as Tensor4D, kernel, depthwise: isDepthwise(context.node, shape) }
}

export const conv: Operator = context => {
  const { node, isTrained } = context
  const map = context.map(0)
  const x = as2D(context, map)
  const { filter, kernel, depthwise } = filterOf(context)
  const window = windowOf(node, map.shape.slice(1, -1), kernel)
  const constants = [x, filter].filter((_, i) => !isTrained(i))
  const groups = intAttribute(node, 'group', 1)
  const y = depthwise
    ? convolveDepthwise(x, filter, window, constants)
    : inGroups(x, filter, groups, constants, (part, weight, fixed) => convolve(part, weight, window, fixed))
  return fromMap(context.has(2) ? (addBias(y, context.onnx(2)) as Tensor4D) : y, map.rank)
}

/** Works on equal parts of the channels one by one and puts them together, the last axis of the filter too. */
export function inGroups(
  x: Tensor4D,
  filter: Tensor4D,
  groups: number,
  constants: readonly Tensor[],
  work: (x: Tensor4D, filter: Tensor4D, constants: readonly Tensor[]) => Tensor4D,
): Tensor4D {
  if (groups === 1) return work(x, filter, constants)
  const filters = split<Tensor4D>(filter, groups, 3)
  const parts = split<Tensor4D>(x, groups, 3).map((part, i) =>
    work(part, filters[i]!, [
      ...(constants.includes(x) ? [part] : []),
      ...(constants.includes(filter) ? [filters[i]!] : []),
    ]),
  )
  return concat(parts, 3)
}
