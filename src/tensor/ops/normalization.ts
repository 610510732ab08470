import { floatAttribute, intAttribute, intsAttribute } from '../../graph/attributes.js'
import { axisAttribute, frontAxis } from '../../graph/axes.js'
import { elementCount } from '../../graph/tensor.js'
import { add, div, mul } from '../gradients/arithmetic.js'
import { batchNormalize, channelMoments } from '../gradients/batch-norm.js'
import { standardize } from '../gradients/standardize.js'
import {
  add as addition,
  matMul,
  mean,
  pow,
  reshape,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  tensor2d,
} from '../tf.js'
import { asInOnnx, channelsLast, placeOf } from '../value.js'
import {
  assertHoldable,
  cannotTrain,
  type Operator,
  type OperatorContext,
  type Operators,
} from './operator.js'

const EPSILON = 1e-5

const epsilonOf = ({ node }: OperatorContext) => floatAttribute(node, 'epsilon', EPSILON)

const batchNormalization: Operator = context => {
  const { node, batchNorm, onMoments, activation } = context
  const x = context.map(0)
  const [gamma, beta, ...stored] = [1, 2, 3, 4].map(index => context.onnx(index)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ]
  const own = onMoments === null ? null : channelMoments(x)
  if (own !== null) onMoments?.(node, own.mean, own.variance)
  const made = batchNormalize(x, gamma, beta, {
    stored: batchNorm === 'batch' ? own : { mean: stored[0], variance: stored[1] },
    epsilon: epsilonOf(context),
    activation,
  })
  return x.rank === 2 ? asInOnnx(made) : channelsLast(made)
}

/** Times one parameter and plus another, each reshaped to stand beside the value. */
function scaled(context: OperatorContext, x: Tensor, beside: (parameter: Tensor) => Tensor): Tensor {
  const parameter = (index: number) => beside(context.onnx(index))
  const product = context.has(1) ? mul(x, parameter(1)) : x
  return context.has(2) ? add(product, parameter(2)) : product
}

/** Over all axes from `axis` on. */
const layerNormalization: Operator = context => {
  const { node } = context
  if (node.outputs.slice(1).some(name => name !== ''))
    throw cannotTrain(node, 'a LayerNormalization whose statistics are read')
  const x = context.onnx(0)
  const axis = axisAttribute(node, -1, x.rank)
  const rows = reshape(x, [-1, elementCount(x.shape.slice(axis))])
  const made = reshape(standardize(rows, epsilonOf(context)), x.shape)
  return asInOnnx(scaled(context, made, parameter => parameter))
}

/** Each channel of each sample over its places. */
const instanceNormalization: Operator = context => {
  const x = context.onnx(0)
  const [n = 1, c = 1, ...spatial] = x.shape
  const rows = reshape(x, [n * c, elementCount(spatial)])
  const made = reshape(standardize(rows, epsilonOf(context)), x.shape)
  return asInOnnx(scaled(context, made, parameter => reshape(parameter, [c, ...spatial.map(() => 1)])))
}

/** Each group of channels of each sample; scale and bias are one a group before operator set 21, one a channel since. */
const groupNormalization: Operator = context => {
  const x = context.onnx(0)
  const groups = intAttribute(context.node, 'num_groups', 1)
  const [n = 1, c = 1, ...spatial] = x.shape
  const rows = reshape(x, [n * groups, (c / groups) * elementCount(spatial)])
  const parts = reshape(standardize(rows, epsilonOf(context)), [n, groups, c / groups, ...spatial])
  const ones = spatial.map(() => 1)
  const beside = (parameter: Tensor) =>
    reshape(parameter, parameter.size === c ? [groups, c / groups, ...ones] : [groups, 1, ...ones])
  return asInOnnx(reshape(scaled(context, parts, beside), x.shape))
}

/** Keeps a value without variance finite, as the function that the specification defines does. */
const TINY = 1e-9

const meanVariance: Operator = context => {
  const value = context.value(0)
  const x = value.tensor
  const axes = intsAttribute(context.node, 'axes', [0, 2, 3]).map(axis =>
    placeOf(value.layout, frontAxis(axis, x.rank), x.rank),
  )
  const centred = sub(x, mean(x, axes, true))
  return { ...value, tensor: div(centred, addition(sqrt(mean(square(centred), axes, true)), TINY)) }
}

/** By the squares of the channels near each (Krizhevsky et al. 2012), summed up by a product with a band of ones. */
const localResponse: Operator = context => {
  const { node } = context
  const x = context.map(0)
  const c = x.shape.at(-1)!
  const size = intAttribute(node, 'size', 1)
  const [before, behind] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]
  assertHoldable(node, c, c)
  const band = Float32Array.from({ length: c * c }, (_, i) => {
    const [from, to] = [Math.floor(i / c), i % c]
    return from >= to - before && from <= to + behind ? 1 : 0
  })
  const near = reshape(matMul(reshape(square(x), [-1, c]), tensor2d(band, [c, c])), x.shape)
  const alpha = floatAttribute(node, 'alpha', 1e-4)
  const base = addition(near.mul(alpha / size), floatAttribute(node, 'bias', 1))
  return channelsLast(div(x, pow(base, scalar(floatAttribute(node, 'beta', 0.75)))))
}

export const normalization: Operators = [
  ['BatchNormalization', batchNormalization],
  ['LayerNormalization', layerNormalization],
  ['InstanceNormalization', instanceNormalization],
  ['GroupNormalization', groupNormalization],
  ['MeanVarianceNormalization', meanVariance],
  ['LRN', localResponse],
]
