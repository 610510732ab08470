import { floatAttribute, intAttribute } from '../../../../graph/attributes.js'
import { axisAttribute } from '../../../../graph/axes.js'
import { floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { bool, float, text } from '../attribute.js'
import { align } from '../broadcast.js'
import { type Call, constantInput, input, type Rule, through } from '../call.js'
import { alongFeatures, channelsLast, materialize, plain } from '../layout.js'
import type { Computed, Value } from '../value.js'

const EPSILON = 1e-5

/** Batch normalisation with stored statistics. */
export const batchNormalization: Rule = call => {
  const { b, node } = call
  if (intAttribute(node, 'training_mode', 0) === 1)
    throw new GraphError('a batch normalisation in training mode')
  const given = input(call, 0)
  const rank = (given.kind === 'computed' ? given : materialize(b, given)).shape.length
  if (rank === 4) return normalized(call, channelsLast(b, given))
  const x = rank === 2 ? materialize(b, given) : plain(b, given)
  return affine(call, x)
}

function normalized(call: Call, x: Computed): Computed {
  const parameters = [1, 2, 3, 4].map(index => materialize(call.b, constantInput(call, index)).name)
  const attributes = {
    data_format: text('NHWC'),
    epsilon: float(floatAttribute(call.node, 'epsilon', EPSILON)),
    is_training: bool(false),
  }
  return through(x, call.b.emit('FusedBatchNormV3', [x.name, ...parameters], attributes))
}

/** The same as one multiplication and one addition, for values that are no maps. */
function affine(call: Call, x: Computed): Computed {
  const { b, node } = call
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map(index =>
    toNumbers(constantInput(call, index).tensor),
  ) as [number[], number[], number[], number[]]
  const epsilon = floatAttribute(node, 'epsilon', EPSILON)
  const factors = scale.map((s, i) => s / Math.sqrt(variance[i]! + epsilon))
  const offsets = shift.map((c, i) => c - mean[i]! * factors[i]!)
  const ones = x.shape.slice(2).map(() => 1)
  const vector = (name: string, values: readonly number[]) => {
    const tensor = floatTensor([values.length, ...ones], values)
    const constant = { kind: 'constant', key: `node ${node.id}:${name}`, tensor } as const
    return materialize(b, alongFeatures(constant, 0, x.layout)).name
  }
  const product = b.emit('Mul', [x.name, vector('factor', factors)])
  return through(x, b.emit('AddV2', [product, vector('offset', offsets)]))
}

/** Mean 0 and variance 1 over some axes. */
function standardized({ b, node }: Call, x: Computed, over: readonly number[]): Computed {
  const axes = b.integers(over)
  const mean = (name: string) => b.emit('Mean', [name, axes], { keep_dims: bool(true) })
  const centred = b.emit('Sub', [x.name, mean(x.name)])
  const variance = b.emit('AddV2', [
    mean(b.emit('Square', [centred])),
    b.scalar(floatAttribute(node, 'epsilon', EPSILON)),
  ])
  return through(x, b.emit('Mul', [centred, b.emit('Rsqrt', [variance])]))
}

function withOp({ b }: Call, value: Computed, op: string, parameter: Value | undefined): Computed {
  if (parameter === undefined) return value
  const { operands } = align(b, [value, parameter], value.shape.length)
  return through(
    value,
    b.emit(
      op,
      operands.map(operand => operand.name),
    ),
  )
}

/** Layer normalisation over the axes from `axis` on. */
export const layerNormalization: Rule = call => {
  const x = plain(call.b, input(call, 0))
  const rank = x.shape.length
  const first = axisAttribute(call.node, -1, rank)
  const axes = Array.from({ length: rank - first }, (_, i) => first + i)
  const [, scale, bias] = call.inputs
  return withOp(call, withOp(call, standardized(call, x, axes), 'Mul', scale), 'AddV2', bias)
}

/** Instance normalisation: each channel of each sample over its places. */
export const instanceNormalization: Rule = call => {
  const x = plain(call.b, input(call, 0))
  const axes = x.shape.flatMap((_, axis) => (axis < 2 ? [] : [axis]))
  const perChannel = (index: number): Value => {
    const constant = constantInput(call, index)
    const shape = [...constant.tensor.shape, ...axes.map(() => 1)]
    return { ...constant, key: `${constant.key}:${shape}`, tensor: { ...constant.tensor, shape } }
  }
  return withOp(call, withOp(call, standardized(call, x, axes), 'Mul', perChannel(1)), 'AddV2', perChannel(2))
}
