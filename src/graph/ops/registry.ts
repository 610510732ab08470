import type { Node } from '../types.js'
import { batchNorm } from './batch-norm.js'
import { conv } from './conv.js'
import { convTranspose } from './conv-transpose.js'
import { dense } from './dense.js'
import { binary, prelu, unary } from './elementwise.js'
import { concat, flatten, softmax } from './layout.js'
import type { Op } from './op.js'
import { pad } from './pad.js'
import { globalPool, pool } from './pool.js'
import { reduce } from './reduce.js'
import { reshape } from './reshape.js'
import { shapeOf } from './shape-values.js'
import { squeeze, unsqueeze } from './squeeze.js'
import { transpose } from './transpose.js'

const ops = new Map<string, Op>([
  ['Conv', conv],
  ['Gemm', dense],
  ['MatMul', dense],
  ['BatchNormalization', batchNorm],
  ['MaxPool', pool],
  ['AveragePool', pool],
  ['GlobalAveragePool', globalPool],
  ['GlobalMaxPool', globalPool],
  ['Flatten', flatten],
  ['ConvTranspose', convTranspose],
  ['Pad', pad],
  ['Reshape', reshape],
  ['Transpose', transpose],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Shape', shapeOf],
  ['Concat', concat],
  ['Softmax', softmax],
  ['LogSoftmax', softmax],
  ['PRelu', prelu],
  ...['ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum'].map(name => [name, reduce] as const),
  ...['Add', 'Sub', 'Mul', 'Div'].map(name => [name, binary] as const),
  ...[
    'Abs',
    'Cast',
    'Clip',
    'Dropout',
    'Elu',
    'Erf',
    'Exp',
    'HardSigmoid',
    'HardSwish',
    'Identity',
    'LeakyRelu',
    'Neg',
    'Relu',
    'Selu',
    'Sigmoid',
    'Softplus',
    'Sqrt',
    'Tanh',
  ].map(name => [name, unary] as const),
])

/** What pare knows of a node's operator; undefined for one it does not understand. */
export function opOf(node: Node): Op | undefined {
  return node.domain === '' ? ops.get(node.op) : undefined
}
