import { PARE_DOMAIN } from '../pare-domain.js'
import type { Node } from '../types.js'
import { batchNorm } from './batch-norm.js'
import { depthToSpace, spaceToDepth } from './blocks.js'
import { concat } from './concat.js'
import { conv } from './conv.js'
import { convTranspose } from './conv-transpose.js'
import { dense } from './dense.js'
import { einsum } from './einsum.js'
import { broadcast, prelu, unary } from './elementwise.js'
import { gather } from './gather.js'
import { constantOfShape, range } from './made.js'
import { groupNorm, instanceNorm, layerNorm } from './normalize.js'
import type { Op } from './op.js'
import { pad } from './pad.js'
import { globalPool, pool } from './pool.js'
import { quantize } from './quantize.js'
import { recurrent } from './recurrent.js'
import { reduce } from './reduce.js'
import { expandTo, tile } from './repeat.js'
import { flatten, reshape } from './reshape.js'
import { resize, upsample } from './resize.js'
import { shapeOf } from './shape-values.js'
import { slice } from './slice.js'
import { softmax } from './softmax.js'
import { split } from './split.js'
import { squeeze, unsqueeze } from './squeeze.js'
import { standIn } from './stand-ins.js'
import { transpose } from './transpose.js'
import { argument, gatherElements, scatter, topK } from './whole.js'

/** Operators of the standard ONNX domain by what channels are to them. */
const families: readonly (readonly [Op, readonly string[]])[] = [
  [conv, ['Conv']],
  [convTranspose, ['ConvTranspose']],
  [dense, ['Gemm', 'MatMul']],
  [einsum, ['Einsum']],
  [batchNorm, ['BatchNormalization']],
  [instanceNorm, ['InstanceNormalization']],
  [groupNorm, ['GroupNormalization']],
  [layerNorm, ['LayerNormalization']],
  [recurrent, ['LSTM', 'GRU', 'RNN']],
  [pool, ['MaxPool', 'AveragePool', 'LpPool']],
  [globalPool, ['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool']],
  [
    reduce,
    ['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin'],
  ],
  [reduce, ['ReduceProd', 'ReduceSum', 'ReduceSumSquare']],
  [softmax, ['Softmax', 'LogSoftmax', 'Hardmax', 'LpNormalization']],
  [flatten, ['Flatten']],
  [reshape, ['Reshape']],
  [transpose, ['Transpose']],
  [squeeze, ['Squeeze']],
  [unsqueeze, ['Unsqueeze']],
  [shapeOf, ['Shape']],
  [constantOfShape, ['ConstantOfShape']],
  [range, ['Range']],
  [concat, ['Concat']],
  [split, ['Split']],
  [slice, ['Slice']],
  [gather, ['Gather']],
  [pad, ['Pad']],
  [tile, ['Tile']],
  [expandTo, ['Expand']],
  [resize, ['Resize']],
  [upsample, ['Upsample']],
  [depthToSpace, ['DepthToSpace']],
  [spaceToDepth, ['SpaceToDepth']],
  [scatter, ['ScatterND', 'ScatterElements', 'CumSum', 'LRN', 'MeanVarianceNormalization']],
  [gatherElements, ['GatherElements']],
  [argument, ['ArgMax', 'ArgMin']],
  [topK, ['TopK']],
  [prelu, ['PRelu']],
  [broadcast, ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Mean', 'Sum', 'Mod', 'Where']],
  [broadcast, ['And', 'Or', 'Xor', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual']],
  [unary, ['Abs', 'Cast', 'Ceil', 'Celu', 'Clip', 'Cos', 'Dropout', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu']],
  [unary, ['HardSigmoid', 'HardSwish', 'Identity', 'IsNaN', 'LeakyRelu', 'Log', 'Mish', 'Neg', 'Not']],
  [unary, ['Reciprocal', 'Relu', 'Round', 'Selu', 'Sigmoid', 'Sign', 'Sin', 'Softplus', 'Softsign', 'Sqrt']],
  [unary, ['Swish', 'Tan', 'Tanh', 'ThresholdedRelu']],
]

const ops = new Map(families.flatMap(([op, names]) => names.map(name => [name, op] as const)))

/** Operators of quantised files, which become float networks before anything is done to them. */
const quantizers = new Map(['QuantizeLinear', 'DequantizeLinear'].map(name => [name, quantize] as const))

/** Operators of pare's own domain. */
const standIns = new Map([
  ['FakeQuantize', standIn],
  ['Lookup', standIn],
])

/** The operators that pare understands, but for those of quantised files. */
export const understood: ReadonlySet<string> = new Set(ops.keys())

/** What pare knows of a node's operator; undefined for one it does not understand. */
export function opOf(node: Node): Op | undefined {
  if (node.domain === PARE_DOMAIN) return standIns.get(node.op)
  return node.domain === '' ? (ops.get(node.op) ?? quantizers.get(node.op)) : undefined
}
