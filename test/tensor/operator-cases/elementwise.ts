import { boolTensor, integers, scalar } from '../graph-of.js'
import { type Case, c, map, one, positive, square } from './case.js'

const smooth = ['Cos', 'Dropout', 'Erf', 'Exp', 'HardSwish', 'Identity', 'Mish', 'Neg', 'Sigmoid', 'Sin']
  .concat(['Softplus', 'Softsign', 'Tanh', 'Abs', 'Elu', 'LeakyRelu', 'Relu', 'Selu', 'HardSigmoid', 'Celu'])
  .map(op => one(op, square, {}, [], op === 'Mish' ? { opset: 18 } : {}))

const stepped = ['Ceil', 'Floor', 'Round', 'Sign'].map(op => one(op, square, {}, [], { jumps: true }))

/** Of positive numbers. */
const ofPositive = ['Log', 'Sqrt', 'Reciprocal'].map(
  (op): Case => ({
    name: op,
    sample: square,
    steps: [{ op: 'Abs' }, { op: 'Add', constants: [scalar(0.5)] }, { op }],
  }),
)

const compared = ['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal'].map(
  (op): Case => ({
    name: `${op}, Where`,
    sample: square,
    steps: [
      { op, constants: [scalar(0.1)] },
      { op: 'Where', constants: [c(4, 1, 1), c(4)] },
    ],
    jumps: true,
  }),
)

const logical = ['And', 'Or', 'Xor'].map(
  (op): Case => ({
    name: `${op}, Not, Cast`,
    sample: square,
    steps: [
      { op: 'Greater', constants: [scalar(0.1)] },
      { op, constants: [boolTensor([4], [1, 0, 1, 0])] },
      { op: 'Not' },
      { op: 'Cast', attributes: { to: 1 } },
    ],
    jumps: true,
  }),
)

const binary = ['Add', 'Sub', 'Mul', 'Max', 'Min', 'Sum', 'Mean', 'PRelu'].flatMap(op => [
  one(op, square, {}, [c(4)]),
  one(op, square, {}, [c(4, 1, 1)]),
  one(op, square, {}, [c(1, 4, 1, 1)]),
  one(op, square, {}, [c(4, 1)]),
  one(op, square, {}, [scalar(0.3)]),
  one(op, [4, 4], {}, [c(4, 1)]),
])

export const elementwise: readonly Case[] = [
  ...smooth,
  ...stepped,
  ...ofPositive,
  ...compared,
  ...logical,
  ...binary,
  one('Tan', square, {}, [], { steps: [{ op: 'Tanh' }, { op: 'Tan' }] }),
  one('IsNaN', square, {}, [], {
    steps: [{ op: 'IsNaN' }, { op: 'Cast', attributes: { to: 1 } }],
    jumps: true,
  }),
  one('Cast', square, { to: 1 }),
  one('Gelu', square, {}, [], { opset: 20 }),
  one('Gelu', square, { approximate: 'tanh' }, [], { opset: 20 }),
  one('Swish', square, { alpha: 0.7 }, [], { opset: 24 }),
  one('Elu', square, { alpha: 0.3 }),
  one('Celu', square, { alpha: 0.3 }),
  one('LeakyRelu', square, { alpha: 0.2 }),
  one('ThresholdedRelu', square, { alpha: 0.3 }, [], { jumps: true }),
  one('HardSigmoid', square, { alpha: 0.3, beta: 0.4 }),
  one('Clip', square, {}, [scalar(-0.5), scalar(1)]),
  one('Clip', square, {}, [scalar(0.2)]),
  one('Clip', square, { min: 0, max: 0.7 }, [], { opset: 10 }),
  one('PRelu', square, {}, [c(1)]),
  one('Add', square, {}, [c(2, 1, 4, 4)]),
  one('Mul', square, {}, [c(2, 1, 1, 1)]),
  one('Add', [4], {}, [c(3, 1, 4)]),
  one('Add', map, {}, [c(3, 1, 6)]),
  one('Div', square, {}, [scalar(3)]),
  one('Div', square, {}, [positive(4)]),
  {
    name: 'Sub from a map',
    sample: square,
    steps: [{ op: 'Sub', constants: [c(1, 4, 4, 4)], before: true }],
  },
  {
    name: 'Div of a constant',
    sample: square,
    steps: [
      { op: 'Abs' },
      { op: 'Add', constants: [scalar(1)] },
      { op: 'Div', constants: [c(4)], before: true },
    ],
  },
  {
    name: 'Pow of a fraction',
    sample: square,
    steps: [{ op: 'Abs' }, { op: 'Pow', constants: [scalar(1.5)] }],
  },
  one('Pow', square, {}, [scalar(2)]),
  one('Pow', square, {}, [scalar(3)]),
  one('Pow', square, {}, [integers(2)]),
  {
    name: 'Mod as in C',
    sample: square,
    steps: [{ op: 'Mod', constants: [scalar(0.7)], attributes: { fmod: 1 } }],
    jumps: true,
  },
  {
    name: 'Max of three',
    sample: square,
    steps: [{ op: 'Max', constants: [c(4), c(4, 1, 1)] }],
  },
  {
    name: 'Where between a value and constants',
    sample: square,
    steps: [{ op: 'Where', constants: [boolTensor([4, 1], [1, 0, 0, 1]), c(4, 1, 1)], before: true }],
  },
]
