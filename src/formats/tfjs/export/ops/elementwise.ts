import { floatAttribute, intAttribute, stringAttribute } from '../../../../graph/attributes.js'
import { elementCount, toNumbers } from '../../../../graph/tensor.js'
import { type DType, GraphError } from '../../../../graph/types.js'
import { fromCode } from '../../../onnx/dtype.js'
import { float, type } from '../attribute.js'
import { align } from '../broadcast.js'
import type { Builder } from '../builder.js'
import { type Call, input, optionalConstant, outputShape, type Rule, through } from '../call.js'
import { materialize, physicalSizes } from '../layout.js'
import { type Computed, dtypeOf } from '../value.js'

/** The value that a function of each element reads: it keeps its layout. */
function element(call: Call): Computed {
  return materialize(call.b, input(call, 0))
}

/** A function that TF.js has under another name or the same. */
const direct =
  (op: string): Rule =>
  call => {
    const x = element(call)
    return through(x, call.b.emit(op, [x.name]))
  }

/** A function put together from those that TF.js has. */
const composed =
  (make: (b: Builder, x: string, call: Call) => string): Rule =>
  call => {
    const x = element(call)
    return through(x, make(call.b, x.name, call))
  }

const same: Rule = call => input(call, 0)

const clip: Rule = call => {
  const x = element(call)
  const limit = (index: number, name: string, none: number) => {
    const given = optionalConstant(call, index)
    return given === undefined ? floatAttribute(call.node, name, none) : (toNumbers(given.tensor)[0] ?? none)
  }
  const low = limit(1, 'min', Number.NEGATIVE_INFINITY)
  const high = limit(2, 'max', Number.POSITIVE_INFINITY)
  return through(x, clipped(call.b, x.name, low, high))
}

/** Values between two limits, either of which may be infinite. */
function clipped(b: Builder, x: string, low: number, high: number): string {
  if (low === 0 && high === Number.POSITIVE_INFINITY) return b.emit('Relu', [x])
  if (low === 0 && high === 6) return b.emit('Relu6', [x])
  if (low > high)
    return clipped(b, clipped(b, x, low, Number.POSITIVE_INFINITY), Number.NEGATIVE_INFINITY, high)
  return b.emit('ClipByValue', [x, b.scalar(low), b.scalar(high)])
}

const hardSigmoid = (b: Builder, x: string, alpha: number, beta: number) =>
  clipped(b, b.emit('AddV2', [b.emit('Mul', [x, b.scalar(alpha)]), b.scalar(beta)]), 0, 1)

/** x above zero, alpha * (exp(x) - 1) below, all times gamma. */
function exponential(b: Builder, x: string, alpha: number, gamma: number): string {
  const below = b.emit('Expm1', [b.emit('Minimum', [x, b.scalar(0)])])
  const sum = b.emit('AddV2', [b.emit('Relu', [x]), b.emit('Mul', [below, b.scalar(alpha)])])
  return gamma === 1 ? sum : b.emit('Mul', [sum, b.scalar(gamma)])
}

const ELU_ALPHA = 1
/** The standard parameters of Selu. */
const SELU = { alpha: Math.fround(1.6732632), gamma: Math.fround(1.050701) }

/** x times the share of a normal distribution below it, or its usual approximation. */
function gelu(b: Builder, x: string, approximation: string): string {
  if (approximation !== 'none' && approximation !== 'tanh')
    throw new GraphError(`an approximation ${approximation}`)
  const cube = () => b.emit('Mul', [b.emit('Mul', [x, x]), b.emit('Mul', [x, b.scalar(0.044715)])])
  const share =
    approximation === 'none'
      ? b.emit('Erf', [b.emit('Mul', [x, b.scalar(Math.SQRT1_2)])])
      : b.emit('Tanh', [b.emit('Mul', [b.emit('AddV2', [x, cube()]), b.scalar(Math.sqrt(2 / Math.PI))])])
  return b.emit('Mul', [b.emit('Mul', [x, b.scalar(0.5)]), b.emit('AddV2', [share, b.scalar(1)])])
}

const castTo: Rule = call => {
  const x = element(call)
  const to = fromCode(intAttribute(call.node, 'to', 0), 'its attribute to')
  const attributes = { SrcT: type(x.dtype), DstT: type(to) }
  if (attributes.SrcT.type === attributes.DstT.type) return { ...x, dtype: to }
  return through(x, call.b.emit('Cast', [x.name], attributes), to)
}

/** In inference nothing is dropped. */
const dropout: Rule = call => {
  const training = optionalConstant(call, 2)
  if (training !== undefined && toNumbers(training.tensor)[0] === 1)
    throw new GraphError('dropout in training mode')
  return input(call, 0)
}

/** A function of several elements with broadcasting, and the type of what it makes where it is another. */
const several =
  (op: string, makes?: DType) =>
  (call: Call): Computed => {
    const values = call.inputs.map((_, i) => input(call, i))
    const shape = outputShape(call)
    const { operands, layout } = align(call.b, values, shape.length)
    const [first, ...others] = operands
    if (first === undefined) throw new GraphError('it should have an input')
    const name = others.reduce((sum, other) => call.b.emit(op, [sum, other.name]), first.name)
    return { kind: 'computed', name, shape, layout, dtype: makes ?? dtypeOf(first) }
  }

/** ONNX divides integers towards zero, TF.js downwards or not at all. */
const divide: Rule = call => {
  const dtype = dtypeOf(input(call, 0))
  if (dtype !== 'float32') throw new GraphError(`TF.js has no division of ${dtype} as ONNX has it`)
  return several('RealDiv')(call)
}

/** TF.js' WebAssembly kernel takes one slope for all or one for each place along the last axis; others are put together. */
const prelu: Rule = call => {
  const { b } = call
  const shape = outputShape(call)
  const { operands, layout } = align(b, [input(call, 0), input(call, 1)], shape.length)
  const [x, slope] = operands as [Computed, Computed]
  const made = (name: string): Computed => ({ kind: 'computed', name, shape, layout, dtype: 'float32' })
  const last = physicalSizes(layout, shape).at(-1)
  const slopes = elementCount(slope.shape.map(size => size ?? Number.NaN))
  if (slopes === 1 || (slopes === last && physicalSizes(slope.layout, slope.shape).at(-1) === last))
    return made(b.emit('Prelu', [x.name, slope.name]))
  const below = b.emit('Mul', [slope.name, b.emit('Minimum', [x.name, b.scalar(0)])])
  return made(b.emit('AddV2', [b.emit('Relu', [x.name]), below]))
}

const where: Rule = call => {
  const shape = outputShape(call)
  const values = [input(call, 0), input(call, 1), input(call, 2)] as const
  const { operands, layout } = align(call.b, values, shape.length)
  const name = call.b.emit(
    'SelectV2',
    operands.map(operand => operand.name),
  )
  return { kind: 'computed', name, shape, layout, dtype: dtypeOf(values[1]) }
}

const unchanged = [
  ...['Abs', 'Ceil', 'Cos', 'Erf', 'Exp', 'Floor', 'Log', 'Neg', 'Reciprocal', 'Relu', 'Round'],
  ...['Sigmoid', 'Sign', 'Sin', 'Softplus', 'Sqrt', 'Tanh'],
]

/** Functions of one element, or of several at the same place. */
export const elementwise: readonly (readonly [string, Rule])[] = [
  ...unchanged.map(op => [op, direct(op)] as const),
  ['Identity', same],
  ['Dropout', dropout],
  ['Cast', castTo],
  ['Clip', clip],
  ['Not', direct('LogicalNot')],
  [
    'Elu',
    composed((b, x, { node }) => {
      const alpha = floatAttribute(node, 'alpha', ELU_ALPHA)
      return alpha === ELU_ALPHA ? b.emit('Elu', [x]) : exponential(b, x, alpha, 1)
    }),
  ],
  [
    'Selu',
    composed((b, x, { node }) => {
      const alpha = floatAttribute(node, 'alpha', SELU.alpha)
      const gamma = floatAttribute(node, 'gamma', SELU.gamma)
      const usual = alpha === SELU.alpha && gamma === SELU.gamma
      return usual ? b.emit('Selu', [x]) : exponential(b, x, alpha, gamma)
    }),
  ],
  [
    'LeakyRelu',
    composed((b, x, { node }) =>
      b.emit('LeakyRelu', [x], { alpha: float(floatAttribute(node, 'alpha', 0.01)) }),
    ),
  ],
  [
    'HardSigmoid',
    composed((b, x, { node }) =>
      hardSigmoid(b, x, floatAttribute(node, 'alpha', 0.2), floatAttribute(node, 'beta', 0.5)),
    ),
  ],
  ['HardSwish', composed((b, x) => b.emit('Mul', [x, hardSigmoid(b, x, 1 / 6, 0.5)]))],
  [
    'Softsign',
    composed((b, x) => b.emit('RealDiv', [x, b.emit('AddV2', [b.emit('Abs', [x]), b.scalar(1)])])),
  ],
  [
    'Celu',
    composed((b, x, { node }) => {
      const alpha = floatAttribute(node, 'alpha', 1)
      const below = b.emit('Expm1', [
        b.emit('Minimum', [b.emit('Mul', [x, b.scalar(1 / alpha)]), b.scalar(0)]),
      ])
      return b.emit('AddV2', [b.emit('Relu', [x]), b.emit('Mul', [below, b.scalar(alpha)])])
    }),
  ],
  ['Gelu', composed((b, x, { node }) => gelu(b, x, stringAttribute(node, 'approximate', 'none')))],
  ['Mish', composed((b, x) => b.emit('Mul', [x, b.emit('Tanh', [b.emit('Softplus', [x])])]))],
  [
    'Swish',
    composed((b, x, { node }) => {
      const alpha = floatAttribute(node, 'alpha', 1)
      const gate = alpha === 1 ? x : b.emit('Mul', [x, b.scalar(alpha)])
      return b.emit('Mul', [x, b.emit('Sigmoid', [gate])])
    }),
  ],
  ['Tan', composed((b, x) => b.emit('RealDiv', [b.emit('Sin', [x]), b.emit('Cos', [x])]))],
  [
    'ThresholdedRelu',
    composed((b, x, { node }) => {
      const above = b.emit('Greater', [x, b.scalar(floatAttribute(node, 'alpha', 1))])
      const mask = b.emit('Cast', [above], { SrcT: type('bool'), DstT: type('float32') })
      return b.emit('Mul', [x, mask])
    }),
  ],
  ['PRelu', prelu],
  ['Add', several('AddV2')],
  ['Sub', several('Sub')],
  ['Mul', several('Mul')],
  ['Div', divide],
  ['Pow', several('Pow')],
  ['Max', several('Maximum')],
  ['Min', several('Minimum')],
  ['Sum', several('AddV2')],
  [
    'Mean',
    call => {
      const sum = several('AddV2')(call)
      return through(sum, call.b.emit('Mul', [sum.name, call.b.scalar(1 / call.inputs.length)]))
    },
  ],
  ['Equal', several('Equal', 'bool')],
  ['Greater', several('Greater', 'bool')],
  ['GreaterOrEqual', several('GreaterEqual', 'bool')],
  ['Less', several('Less', 'bool')],
  ['LessOrEqual', several('LessEqual', 'bool')],
  ['And', several('LogicalAnd', 'bool')],
  ['Or', several('LogicalOr', 'bool')],
  ['Where', where],
]
