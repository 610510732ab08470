import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { float } from '../../import/attribute.js'
import { materialize } from '../../import/layout.js'
import { leakyRelu, softmax } from '../../import/ops/activation.js'
import { binary, clip, prelu, scalar, unary } from '../../import/ops/elementwise.js'
import { activated, type Layer, only, options, required } from '../call.js'

const number = z.number().nullish()

/** Keras' ReLU: a slope below zero and a limit above. */
const rectifier: Layer = call => {
  const schema = z.looseObject({ max_value: number, negative_slope: number, threshold: number })
  const { max_value, negative_slope, threshold } = options(call, schema)
  if ((threshold ?? 0) !== 0) throw new GraphError(`a threshold of ${threshold} is not supported`)
  const value = only(call)
  if ((negative_slope ?? 0) !== 0) {
    const sloped = leakyRelu(call.b, value, negative_slope!)
    return max_value == null ? sloped : binary(call.b, 'Min', sloped, scalar(max_value))
  }
  return max_value == null ? unary(call.b, 'Relu', value) : clip(call.b, value, 0, max_value)
}

export const activations: Readonly<Record<string, Layer>> = {
  Activation: call => activated(call, materialize(call.b, only(call))),
  ReLU: rectifier,
  LeakyReLU: call => {
    const { alpha, negative_slope } = options(call, z.looseObject({ alpha: number, negative_slope: number }))
    return leakyRelu(call.b, only(call), alpha ?? negative_slope ?? 0.3)
  },
  PReLU: call => prelu(call.b, only(call), required(call, 'alpha')),
  ELU: call => {
    const { alpha } = options(call, z.looseObject({ alpha: number }))
    return unary(call.b, 'Elu', only(call), { alpha: float(alpha ?? 1) })
  },
  Softmax: call => {
    const { axis } = options(call, z.looseObject({ axis: z.number().int().nullish() }))
    return softmax(call.b, 'Softmax', only(call), axis ?? -1)
  },
}
