import { GraphError } from '../../../../graph/types.js'
import { type Resize, resize } from '../../import/ops/convolution.js'
import { dense, matMul, transposed } from '../../import/ops/dense.js'
import { einsum } from '../../import/ops/einsum.js'
import { binary } from '../../import/ops/elementwise.js'
import { batchNormalization, standardized } from '../../import/ops/normalization.js'
import { type Reduction, reduce } from '../../import/ops/reduction.js'
import { axisOf, known, type Size, shapeOf } from '../../import/value.js'
import {
  assertChannelsLast,
  type Call,
  constantInput,
  input,
  integersInput,
  type Operator,
  sizesInput,
} from '../call.js'
import { ROW_NORM } from '../row-norms.js'
import { fused } from './fused.js'

function product(turnLeft: string, turnRight: string): Operator {
  return call => {
    const [left, right] = [input(call, 0), input(call, 1)]
    const turns = [call.attributes.bool(turnLeft, false), call.attributes.bool(turnRight, false)] as const
    if (right.kind === 'constant' && right.tensor.shape.length === 2 && !turns[0]) {
      const kernel = turns[1] ? transposed(right) : right
      return fused(call, bias => dense(call.b, left, kernel, bias))
    }
    return fused(call, bias => {
      const value = matMul(call.b, left, right, turns)
      return bias === undefined ? value : binary(call.b, 'Add', value, bias)
    })
  }
}

/** Training mode would need the statistics of the batch. */
const normalization: Operator = call => {
  assertChannelsLast(call)
  if (call.attributes.bool('is_training', true))
    throw new GraphError('a batch normalisation in training mode')
  const [scale, centre, mean, variance] = [1, 2, 3, 4].map(i => constantInput(call, i))
  const epsilon = call.attributes.float('epsilon', 1e-4)
  return batchNormalization(call.b, input(call, 0), {
    scale,
    centre,
    mean: mean!,
    variance: variance!,
    epsilon,
  })
}

/** A row norm; what its shapes say must be rows of the last axis. */
const rowNorm: Operator = call => {
  const shape = shapeOf(input(call, 0))
  const [one, , width, last] = sizesInput(call, 1)
  const behind = sizesInput(call, 2)
  const isSame = behind.length === shape.length && behind.every((size, axis) => fits(size, shape[axis]))
  if (one !== 1 || last !== 1 || width !== known(shape.at(-1), 'the number of features') || !isSame)
    throw new GraphError('a batch normalisation in training mode')
  return standardized(call.b, input(call, 0), call.attributes.float('epsilon', 1e-4))
}

/** Whether a Reshape to `size` leaves an axis as it is; the batch, which is open, may stand as -1. */
function fits(size: Size, axis: Size | undefined): boolean {
  return size === axis || (size === -1 && axis === null)
}

const sumOfProducts: Operator = call => {
  const equation = call.attributes.string('equation', '')
  if (call.inputs.length !== 2) throw new GraphError(`the equation ${equation} is not supported`)
  return einsum(call.b, equation, input(call, 0), input(call, 1))
}

function reduction(op: Reduction): Operator {
  return call => {
    const rank = shapeOf(input(call, 0)).length
    const axes = integersInput(call, 1).map(axis => axisOf(axis, rank))
    return reduce(call.b, op, input(call, 0), axes, call.attributes.bool('keep_dims', false))
  }
}

function resizing(mode: Resize['mode']): Operator {
  return call => {
    const [height = null, width = null] = sizesInput(call, 1)
    return resize(call.b, input(call, 0), { size: [height, width], mode, corners: cornersOf(call) })
  }
}

function cornersOf({ attributes }: Call): Resize['corners'] {
  if (attributes.bool('align_corners', false)) return 'aligned'
  return attributes.bool('half_pixel_centers', false) ? 'half-pixel' : 'asymmetric'
}

export const linear: Readonly<Record<string, Operator>> = {
  MatMul: product('transpose_a', 'transpose_b'),
  _FusedMatMul: product('transpose_a', 'transpose_b'),
  BatchMatMul: product('adj_x', 'adj_y'),
  BatchMatMulV2: product('adj_x', 'adj_y'),
  Einsum: sumOfProducts,
  FusedBatchNorm: normalization,
  FusedBatchNormV2: normalization,
  FusedBatchNormV3: normalization,
  [ROW_NORM]: rowNorm,
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Sum: reduction('ReduceSum'),
  ResizeBilinear: resizing('bilinear'),
  ResizeNearestNeighbor: resizing('nearest'),
}
