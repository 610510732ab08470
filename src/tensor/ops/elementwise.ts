import { intAttribute } from '../../graph/attributes.js'
import { add, choose, div, maximum, mul, sub } from '../gradients/arithmetic.js'
import { broadcastTo, commonShape } from '../gradients/broadcast.js'
import type { Constants } from '../gradients/custom.js'
import { clip } from '../gradients/rectify.js'
import {
  abs,
  cast,
  equal,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  mod,
  neg,
  pow,
  sign,
  sqrt,
  square,
  type Tensor,
} from '../tf.js'
import { align } from './align.js'
import type { Operator, OperatorContext, Operators } from './operator.js'

type Binary = (a: Tensor, b: Tensor, constants: Constants) => Tensor

/** A function of two elements or, one after the other, of more. */
function folded(f: Binary): Operator {
  return context => {
    const { operands, layout } = align(context.node.inputs.map((_, i) => context.value(i)))
    const fixed = operands.filter((_, i) => !context.isTrained(i))
    const tensor = operands.reduce((sum, operand, i) => (i === 0 ? operand : f(sum, operand, fixed)))
    return { tensor, layout }
  }
}

function mean(context: OperatorContext) {
  const { tensor, layout } = [folded(add)(context)].flat()[0]!
  return { tensor: div(tensor, cast(context.node.inputs.length, 'float32')), layout }
}

const truncated = (x: Tensor) => mul(sign(x), floor(abs(x)))

/** ONNX divides integers towards zero. */
const divide: Binary = (a, b, constants) =>
  a.dtype === 'int32'
    ? cast(truncated(div(cast(a, 'float32'), cast(b, 'float32'))), 'int32')
    : div(a, b, constants)

/** a^b; the usual exponents without logarithms. */
const power: Operator = context => {
  const { operands, layout } = align([context.value(0), context.value(1)])
  const [base, exponent] = operands as [Tensor, Tensor]
  const [only, ...others] = context.numbers(1) ?? []
  const usual = others.length === 0 && base.dtype === 'float32' ? only : undefined
  if (usual === 1 || usual === 2 || usual === 0.5) {
    const shape = commonShape(base.shape, exponent.shape)
    const of = usual === 1 ? base : usual === 2 ? square(base) : sqrt(base)
    return { tensor: broadcastTo(of, shape), layout }
  }
  return { tensor: pow(base, exponent.dtype === base.dtype ? exponent : cast(exponent, base.dtype)), layout }
}

/** The remainder, with the sign of the divisor or, as in C, of the dividend. */
const remainder: Operator = context => {
  const likeC = intAttribute(context.node, 'fmod', 0) === 1
  return folded((a, b) => {
    if (!likeC) return mod(a, b)
    return sub(a, mul(b, divide(cast(truncated(div(a, b)), 'float32'), cast(1, 'float32'), [])))
  })(context)
}

const minimum: Binary = (a, b, constants) =>
  a.dtype === 'float32' ? neg(maximum(neg(a), neg(b))) : maximum(a, b, constants)

const whole = (f: (a: Tensor, b: Tensor) => Tensor): Operator => folded((a, b) => f(a, b))

/** One slope a channel, or one for all. */
const prelu: Operator = context => {
  const { operands, layout } = align([context.value(0), context.value(1)])
  const [x, slope] = operands as [Tensor, Tensor]
  const fixed = context.isTrained(1) ? [] : [slope]
  const positive = clip(x, 0, Number.POSITIVE_INFINITY)
  return { tensor: add(positive, mul(slope, sub(x, positive), fixed)), layout }
}

const where: Operator = context => {
  const { operands, layout } = align([0, 1, 2].map(index => context.value(index)))
  const shape = commonShape(...operands.map(operand => operand.shape))
  const [condition, a, b] = operands.map(operand => broadcastTo(operand, shape)) as [Tensor, Tensor, Tensor]
  return { tensor: choose(cast(condition, 'bool'), a, b), layout }
}

/** Functions of several elements at the same place, with broadcasting. */
export const elementwise: Operators = [
  ['Add', folded(add)],
  ['Sum', folded(add)],
  ['Mean', mean],
  ['Sub', folded(sub)],
  ['Mul', folded(mul)],
  ['Div', folded(divide)],
  ['Pow', power],
  ['Max', folded(maximum)],
  ['Min', folded(minimum)],
  ['Mod', remainder],
  ['PRelu', prelu],
  ['Where', where],
  ['And', whole(logicalAnd)],
  ['Or', whole(logicalOr)],
  ['Xor', whole(logicalXor)],
  ['Equal', whole(equal)],
  ['Greater', whole(greater)],
  ['GreaterOrEqual', whole(greaterEqual)],
  ['Less', whole(less)],
  ['LessOrEqual', whole(lessEqual)],
]
