import { intAttribute } from '../../graph/attributes.js'
import { axisAttribute } from '../../graph/axes.js'
import { div } from '../gradients/arithmetic.js'
import {
  abs,
  argMax,
  equal,
  logSoftmax,
  range,
  reshape,
  softmax,
  sqrt,
  square,
  sum,
  type Tensor,
} from '../tf.js'
import { placeOf } from '../value.js'
import { alongLast } from './along-last.js'
import type { Operator, OperatorContext, Operators } from './operator.js'

/** A function along one axis. */
function alongAxis(f: (x: Tensor, context: OperatorContext) => Tensor): Operator {
  return context => {
    const value = context.value(0)
    const { rank } = value.tensor
    const place = placeOf(value.layout, axisAttribute(context.node, -1, rank), rank)
    return { ...value, tensor: alongLast(value.tensor, place, x => f(x, context)) }
  }
}

/** One where the first largest element is, else zero. */
function hardmax(x: Tensor): Tensor {
  const size = x.shape.at(-1)!
  const largest = argMax(x, -1)
  return equal(reshape(largest, [...largest.shape, 1]), range(0, size, 1, 'int32')).toFloat()
}

function normalized(x: Tensor, { node }: OperatorContext): Tensor {
  const norm = intAttribute(node, 'p', 2) === 1 ? sum(abs(x), -1, true) : sqrt(sum(square(x), -1, true))
  return div(x, norm)
}

export const softmaxes: Operators = [
  ['Softmax', alongAxis(x => softmax(x))],
  ['LogSoftmax', alongAxis(x => logSoftmax(x))],
  ['Hardmax', alongAxis(hardmax)],
  ['LpNormalization', alongAxis(normalized)],
]
