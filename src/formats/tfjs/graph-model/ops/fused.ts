import { GraphError } from '../../../../graph/types.js'
import { activation, leakyRelu } from '../../import/ops/activation.js'
import { prelu } from '../../import/ops/elementwise.js'
import { batchNormalization } from '../../import/ops/normalization.js'
import type { Computed, Constant } from '../../import/value.js'
import { type Call, constantInput } from '../call.js'

/** The activations that the converter fuses, by their Keras names. */
const activations: Readonly<Record<string, string>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Elu: 'elu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  _FusedHardSwish: 'hard_swish',
}

/** A bias that TensorFlow folded a batch norm into may have been left with axes of one place. */
function vector(bias: Constant): Constant {
  const { shape, data } = bias.tensor
  if (shape.length === 1) return bias
  if (shape.at(-1) !== data.length) throw new GraphError(`a bias of shape [${shape}]`)
  return { ...bias, key: `${bias.key}:vector`, tensor: { ...bias.tensor, shape: [data.length] } }
}

/**
 * A convolution or product with what the converter fused into it: a bias or a batch normalisation, then an activation.
 * The arguments of the fused operators follow the two inputs, in order.
 */
export function fused(call: Call, make: (bias: Constant | undefined) => Computed): Computed {
  const ops = [...call.attributes.strings('fused_ops')]
  let next = 2
  const bias = ops[0] === 'BiasAdd' ? vector(constantInput(call, next++)) : undefined
  if (bias !== undefined) ops.shift()
  let value = make(bias)
  for (const op of ops) {
    if (op === 'FusedBatchNorm') {
      const [scale, centre, mean, variance] = [0, 1, 2, 3].map(() => constantInput(call, next++))
      const epsilon = call.attributes.float('epsilon', 1e-4)
      value = batchNormalization(call.b, value, { scale, centre, mean: mean!, variance: variance!, epsilon })
    } else if (op === 'Prelu') value = prelu(call.b, value, constantInput(call, next++))
    else if (op === 'LeakyRelu')
      value = leakyRelu(call.b, value, call.attributes.float('leakyrelu_alpha', 0.2))
    else if (activations[op] !== undefined) value = activation(call.b, activations[op], value)
    else throw new GraphError(`fused operator ${op} is not supported`)
  }
  return value
}
