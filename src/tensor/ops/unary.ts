import { floatAttribute, intAttribute, stringAttribute } from '../../graph/attributes.js'
import { elementTypeOf } from '../../graph/element-types.js'
import type { Node } from '../../graph/types.js'
import { clip } from '../gradients/rectify.js'
import {
  abs,
  add,
  cast,
  ceil,
  cos,
  div,
  erf,
  exp,
  expm1,
  floor,
  isNaN as isNotNumber,
  leakyRelu,
  log,
  logicalNot,
  mul,
  neg,
  reciprocal,
  round,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  step,
  sub,
  type Tensor,
  tan,
  tanh,
} from '../tf.js'
import { cannotTrain, type Operator, type OperatorContext, type Operators } from './operator.js'

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number

/** A function of each element, which keeps the layout. */
function each(f: (x: Tensor, context: OperatorContext) => Tensor): Operator {
  return context => {
    const value = context.value(0)
    return { ...value, tensor: f(value.tensor, context) }
  }
}

const attribute = ({ node }: OperatorContext, name: string, fallback: number) =>
  floatAttribute(node, name, fallback)

/** Lowest and highest value that a Clip lets through, given in attributes before operator set 11 and in inputs since. */
export function clipLimits(
  node: Node,
  constant: (index: number) => readonly number[] | undefined,
): readonly [number, number] {
  return [
    constant(1)?.[0] ?? floatAttribute(node, 'min', NEGATIVE_INFINITY),
    constant(2)?.[0] ?? floatAttribute(node, 'max', POSITIVE_INFINITY),
  ]
}

/** Where the lowest lies above the highest, the highest wins. */
const clipped: Operator = each((x, { node, numbers, has }) => {
  for (const index of [1, 2])
    if (has(index) && numbers(index) === undefined) throw cannotTrain(node, 'a limit that is no constant')
  const [low, high] = clipLimits(node, numbers)
  return clip(x, Math.min(low, high), high)
})

/** x above zero, zero below. */
export const rectified = (x: Tensor) => clip(x, 0, POSITIVE_INFINITY)
const negative = (x: Tensor) => clip(x, NEGATIVE_INFINITY, 0)
/** alpha x + beta between zero and one. */
export const hardSigmoid = (x: Tensor, alpha: number, beta: number) => clip(add(mul(x, alpha), beta), 0, 1)

/** x above zero, alpha (exp(x / width) - 1) below. */
export const exponential = (x: Tensor, alpha: number, width = 1) =>
  add(rectified(x), mul(expm1(width === 1 ? negative(x) : div(negative(x), width)), alpha))

/** Hendrycks & Gimpel 2016: x times the normal distribution's share below x, or its approximation by tanh. */
function gelu(x: Tensor, approximate: string): Tensor {
  if (approximate !== 'tanh') return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1))
  const inner = mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))
  return mul(mul(x, 0.5), add(tanh(inner), 1))
}

function toType(x: Tensor, code: number): Tensor {
  const dtype = elementTypeOf(code) ?? 'float32'
  if (dtype === 'bool') return cast(x, 'bool')
  if (dtype.includes('float')) return x.dtype === 'float32' ? x : cast(x, 'float32')
  return cast(x, 'int32')
}

/** Of integers too, which WASM kernels do not take. */
const asFloats = (f: (x: Tensor) => Tensor) =>
  each(x => (x.dtype === 'float32' ? f(x) : cast(f(cast(x, 'float32')), x.dtype)))

export const unary: Operators = [
  ['Abs', asFloats(abs)],
  ['Cast', each((x, { node }) => toType(x, intAttribute(node, 'to', 1)))],
  ['Ceil', each(ceil)],
  ['Celu', each((x, c) => exponential(x, attribute(c, 'alpha', 1), attribute(c, 'alpha', 1)))],
  ['Clip', clipped],
  ['Cos', each(cos)],
  ['Dropout', each(x => x)],
  ['Elu', each((x, c) => exponential(x, attribute(c, 'alpha', 1)))],
  ['Erf', each(erf)],
  ['Exp', each(exp)],
  ['Floor', each(floor)],
  ['Gelu', each((x, { node }) => gelu(x, stringAttribute(node, 'approximate', 'none')))],
  ['HardSigmoid', each((x, c) => hardSigmoid(x, attribute(c, 'alpha', 0.2), attribute(c, 'beta', 0.5)))],
  ['HardSwish', each(x => mul(x, hardSigmoid(x, 1 / 6, 0.5)))],
  ['Identity', each(x => x)],
  ['IsNaN', each(isNotNumber)],
  ['LeakyRelu', each((x, c) => leakyRelu(x, attribute(c, 'alpha', 0.01)))],
  ['Log', each(log)],
  ['Mish', each(x => mul(x, tanh(softplus(x))))],
  ['Neg', asFloats(neg)],
  ['Not', each(logicalNot)],
  ['Reciprocal', each(reciprocal)],
  ['Relu', each(rectified)],
  ['Round', each(round)],
  [
    'Selu',
    each((x, c) => mul(exponential(x, attribute(c, 'alpha', 1.6732632)), attribute(c, 'gamma', 1.050701))),
  ],
  ['Sigmoid', each(sigmoid)],
  ['Sign', asFloats(sign)],
  ['Sin', each(sin)],
  ['Softplus', each(softplus)],
  ['Softsign', each(x => div(x, add(abs(x), 1)))],
  ['Sqrt', each(sqrt)],
  ['Swish', each((x, c) => mul(x, sigmoid(mul(x, attribute(c, 'alpha', 1)))))],
  ['Tan', each(tan)],
  ['Tanh', each(tanh)],
  ['ThresholdedRelu', each((x, c) => mul(x, step(sub(x, attribute(c, 'alpha', 1)))))],
]
