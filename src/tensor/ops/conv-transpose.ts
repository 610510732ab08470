import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { cutBefore } from '../../graph/ops/conv-transpose.js'
import { convolveTransposed } from '../gradients/conv-transpose.js'
import { addBias } from '../gradients/dense.js'
import type { Window } from '../gradients/window.js'
import type { Tensor4D } from '../tf.js'
import { filterOf, inGroups } from './convolution.js'
import { cannotTrain, type Operator, type OperatorContext } from './operator.js'
import { as2D, fromMap, pairOf } from './spatial.js'

/** Transposed convolution, grouped and depthwise included. */
export const convTranspose: Operator = context => {
  const map = context.map(0)
  const x = as2D(context, map)
  const { filter, kernel, depthwise } = filterOf(context)
  const output = context.shape().slice(2)
  const window = windowOf(context, map.shape.slice(1, -1), output, kernel)
  const constants = [x, filter].filter((_, i) => !context.isTrained(i))
  const size = pairOf(output, 1)
  const groups = depthwise ? 1 : intAttribute(context.node, 'group', 1)
  const y = inGroups(x, filter, groups, constants, (part, weight, fixed) =>
    convolveTransposed(part, weight, size, window, depthwise, fixed),
  )
  return fromMap(context.has(2) ? (addBias(y, context.onnx(2)) as Tensor4D) : y, map.rank)
}

/** The window of the convolution that it turns round. */
function windowOf(
  { node }: OperatorContext,
  input: readonly number[],
  output: readonly number[],
  kernel: readonly number[],
): Window {
  const ones = input.map(() => 1)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  const around = input.map((size, axis) => {
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1
    const stride = strides[axis]!
    const along = { input: size, output: output[axis]!, reach, stride }
    const before = cutBefore(node, axis, along)
    const behind = Math.max(0, (size - 1) * stride + reach - along.output - before)
    if (before < 0 || Math.floor((along.output + before + behind - reach) / stride) + 1 !== size)
      throw cannotTrain(node, `a transposed convolution of ${size} cells to ${along.output}`)
    return [before, behind] as const
  })
  const [top, left] = pairOf(
    around.map(([before]) => before),
    0,
  )
  const [bottom, right] = pairOf(
    around.map(([, behind]) => behind),
    0,
  )
  return { top, left, bottom, right, strides: pairOf(strides, 1), dilations: pairOf(dilations, 1) }
}
