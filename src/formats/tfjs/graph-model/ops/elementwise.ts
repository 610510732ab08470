import { floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import type { Attributes } from '../../import/builder.js'
import { materialize } from '../../import/layout.js'
import { activation, leakyRelu, softmax } from '../../import/ops/activation.js'
import { binary, clip, prelu, scalar, select, unary } from '../../import/ops/elementwise.js'
import type { Computed } from '../../import/value.js'
import { type Call, constantInput, input, type Operator } from '../call.js'
import { sizesOr } from './sizes.js'

const named =
  (name: string): Operator =>
  call =>
    activation(call.b, name, input(call, 0))

const direct =
  (op: string): Operator =>
  call =>
    unary(call.b, op, input(call, 0))

const two =
  (op: string): Operator =>
  call =>
    binary(call.b, op, input(call, 0), input(call, 1))

/** A comparison, or logic on comparisons. */
const boolean =
  (op: string): Operator =>
  call => ({ ...binary(call.b, op, input(call, 0), input(call, 1)), dtype: 'bool' })

const selection: Operator = call => select(call.b, input(call, 0), input(call, 1), input(call, 2))

const number = (call: Call, index: number) => toNumbers(constantInput(call, index).tensor)[0] ?? 0

/** A value of one number at each place of another. */
const like =
  (filling: number): Operator =>
  call => {
    const x = materialize(call.b, input(call, 0))
    if (x.dtype !== 'float32') throw new GraphError(`numbers like those of type ${x.dtype}`)
    const shape = call.b.emit('Shape', [x.name])
    const attributes: Attributes = { value: { kind: 'tensor', value: floatTensor([1], [filling]) } }
    return { ...x, name: call.b.emit('ConstantOfShape', [shape], attributes) }
  }

/** A quotient that is zero where the divisor is. */
const safeQuotient: Operator = call => {
  const [x, y] = [input(call, 0), input(call, 1)]
  const isZero: Computed = { ...binary(call.b, 'Equal', y, scalar(0)), dtype: 'bool' }
  return select(call.b, isZero, scalar(0), binary(call.b, 'Div', x, y))
}

export const elementwise: Readonly<Record<string, Operator>> = {
  Relu: named('relu'),
  Relu6: named('relu6'),
  Elu: named('elu'),
  Selu: named('selu'),
  Sigmoid: named('sigmoid'),
  Tanh: named('tanh'),
  Softplus: named('softplus'),
  Softsign: named('softsign'),
  LeakyRelu: call => leakyRelu(call.b, input(call, 0), call.attributes.float('alpha', 0.2)),
  Prelu: call => prelu(call.b, input(call, 0), constantInput(call, 1)),
  Softmax: call => softmax(call.b, 'Softmax', input(call, 0), -1),
  LogSoftmax: call => softmax(call.b, 'LogSoftmax', input(call, 0), -1),
  ClipByValue: call => clip(call.b, input(call, 0), number(call, 1), number(call, 2)),
  Abs: direct('Abs'),
  Ceil: direct('Ceil'),
  Cos: direct('Cos'),
  Erf: direct('Erf'),
  Exp: direct('Exp'),
  Floor: direct('Floor'),
  Log: direct('Log'),
  Neg: direct('Neg'),
  Reciprocal: direct('Reciprocal'),
  Round: direct('Round'),
  Sign: direct('Sign'),
  Sin: direct('Sin'),
  Sqrt: direct('Sqrt'),
  Rsqrt: call => unary(call.b, 'Reciprocal', unary(call.b, 'Sqrt', input(call, 0))),
  Square: call => binary(call.b, 'Mul', input(call, 0), input(call, 0)),
  Add: sizesOr((a, b) => a + b, two('Add')),
  AddV2: sizesOr((a, b) => a + b, two('Add')),
  Sub: sizesOr((a, b) => a - b, two('Sub')),
  Mul: sizesOr((a, b) => a * b, two('Mul')),
  FloorDiv: sizesOr(
    (a, b) => Math.floor(a / b),
    call => unary(call.b, 'Floor', binary(call.b, 'Div', input(call, 0), input(call, 1))),
  ),
  Maximum: sizesOr(Math.max, two('Max')),
  Minimum: sizesOr(Math.min, two('Min')),
  Less: boolean('Less'),
  LessEqual: boolean('LessOrEqual'),
  Greater: boolean('Greater'),
  GreaterEqual: boolean('GreaterOrEqual'),
  Equal: boolean('Equal'),
  LogicalAnd: boolean('And'),
  LogicalOr: boolean('Or'),
  LogicalNot: direct('Not'),
  SelectV2: selection,
  RealDiv: two('Div'),
  Div: two('Div'),
  DivNoNan: safeQuotient,
  OnesLike: like(1),
  ZerosLike: like(0),
  Pow: two('Pow'),
  SquaredDifference: call => {
    const difference = binary(call.b, 'Sub', input(call, 0), input(call, 1))
    return binary(call.b, 'Mul', difference, difference)
  },
  AddN: call => call.inputs.slice(1).reduce((sum, x) => binary(call.b, 'Add', sum, x), input(call, 0)),
  Log1p: call => unary(call.b, 'Log', binary(call.b, 'Add', input(call, 0), scalar(1))),
  Expm1: call => binary(call.b, 'Sub', unary(call.b, 'Exp', input(call, 0)), scalar(1)),
}
