import { floatAttribute, intAttribute } from '../../../../graph/attributes.js'
import { axisAttribute } from '../../../../graph/axes.js'
import { floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import type { Size } from '../../import/value.js'
import { bool, float, text } from '../attribute.js'
import { align } from '../broadcast.js'
import { type Call, constantInput, input, type Rule, through } from '../call.js'
import { alongFeatures, asTarget, channelsLast, materialize, plain } from '../layout.js'
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

/** Group normalisation: each group of channels over its places, then a scale and a bias a group or, since set 21, a channel. */
export const groupNormalization: Rule = call => {
  const { b, node } = call
  const x = plain(b, input(call, 0))
  const [batch = null, channels = null, ...places] = x.shape
  const groups = intAttribute(node, 'num_groups', 1)
  if (channels === null || channels % groups !== 0)
    throw new GraphError(`${channels ?? 'an open number of'} channels in ${groups} groups`)
  const whole = places.reduce<Size>((all, size) => (all === null || size === null ? null : all * size), 1)
  const perGroup = whole === null ? null : (whole * channels) / groups
  const target = b.integers(asTarget([batch, groups, perGroup]))
  const apart: Computed = {
    ...x,
    shape: [batch, groups, perGroup],
    name: b.emit('Reshape', [x.name, target]),
  }
  const normed = standardized(call, apart, [2]).name
  const back = through(x, b.emit('Reshape', [normed, b.integers(asTarget(x.shape))]))
  const perChannel = (index: number): Value => {
    const { key, tensor } = constantInput(call, index)
    const given = toNumbers(tensor)
    const data = Array.from(
      { length: channels },
      (_, c) => given[Math.floor((c * given.length) / channels)] ?? 0,
    )
    const shape = [channels, ...places.map(() => 1)]
    return { kind: 'constant', key: `${key}:channels`, tensor: floatTensor(shape, data) }
  }
  return withOp(call, withOp(call, back, 'Mul', perChannel(1)), 'AddV2', perChannel(2))
}

/** Vectors along an axis brought to length 1, by the sum of absolute values or of squares; a vector of zeros stays. */
export const lpNormalization: Rule = call => {
  const { b, node } = call
  const x = plain(b, input(call, 0))
  const axis = b.integers([axisAttribute(node, -1, x.shape.length)])
  const absolute = intAttribute(node, 'p', 2) === 1
  const parts = b.emit(absolute ? 'Abs' : 'Square', [x.name])
  const sum = b.emit('Sum', [parts, axis], { keep_dims: bool(true) })
  return through(x, b.emit('DivNoNan', [x.name, absolute ? sum : b.emit('Sqrt', [sum])]))
}
