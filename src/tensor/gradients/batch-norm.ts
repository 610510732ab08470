import { nativeBatchNorm, nativeBatchNormGradients } from '../native/batch-norm.js'
import { isNative } from '../native/execute.js'
import {
  add,
  div,
  mul,
  neg,
  onesLike,
  reshape,
  rsqrt,
  square,
  sub,
  type Tensor,
  type Tensor4D,
  zerosLike,
} from '../tf.js'
import { type Activation, activated, affine } from './affine.js'
import { channelSum } from './channel-sum.js'
import { differentiable } from './custom.js'
import { activationGradient } from './rectify.js'

/** Mean and (biased) variance of each channel, [c]. */
export interface Moments {
  readonly mean: Tensor
  readonly variance: Tensor
}

/** Mean and variance over all places of a batch, [..., c] -> [c]. */
export function channelMoments(x: Tensor): Moments {
  const count = x.size / (x.shape.at(-1) ?? 1)
  const mean = div(channelSum(x), count)
  const centred = affine(x, onesLike(mean), neg(mean))
  const variance = div(channelSum(square(centred)), count)
  return { mean, variance }
}

export interface BatchNormOptions {
  /** The statistics to use; null takes the batch's own, and the gradient then goes through them. */
  readonly stored: Moments | null
  readonly epsilon: number
  /** What follows, in the same pass. */
  readonly activation: Activation
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015, algorithm 1) of [..., c]: gamma (x - mean) / sqrt(variance + epsilon) + beta.
 * One operation with its closed-form gradient, dx = s1 dy + s2 x + s3 with one s1, s2, s3 a channel, because the composed
 * form makes several times as many passes over the activations.
 */
export function batchNormalize(x: Tensor, gamma: Tensor, beta: Tensor, options: BatchNormOptions): Tensor {
  if (isNative()) return nativeBatchNormalize(x, gamma, beta, options)
  const { stored, epsilon, activation } = options
  const count = x.size / (x.shape.at(-1) ?? 1)
  return differentiable([x, gamma, beta], () => {
    const { mean, variance } = stored ?? channelMoments(x)
    const inverse = rsqrt(add(variance, epsilon))
    const scale = mul(gamma, inverse)
    const value = affine(x, scale, sub(beta, mul(mean, scale)), activation)
    return {
      value,
      saved: [x, value, mean, inverse, scale],
      gradients(upstream, saved) {
        const [input, y, mean, inverse, scale] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor]
        const dy = activationGradient(upstream, y, activation)
        const dBeta = channelSum(dy)
        const dGamma = mul(inverse, sub(channelSum(mul(dy, input)), mul(mean, dBeta)))
        const toInput = () => {
          if (stored !== null) return affine(dy, scale, zerosLike(scale))
          const s2 = neg(div(mul(mul(scale, inverse), dGamma), count))
          const towardsMean = affine(input, s2, neg(mul(mean, s2)))
          return add(affine(dy, scale, neg(div(mul(scale, dBeta), count))), towardsMean)
        }
        return [toInput, () => dGamma, () => dBeta]
      },
    }
  })
}

function nativeBatchNormalize(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  { stored, epsilon, activation }: BatchNormOptions,
): Tensor {
  const wide = (t: Tensor) => (t.rank === 4 ? t : reshape(t, [-1, 1, 1, t.shape.at(-1) ?? 1])) as Tensor4D
  return differentiable([x, gamma, beta], () => {
    const { value, reserved } = nativeBatchNorm(wide(x), gamma, beta, stored, epsilon)
    const y = activated(reshape(value, x.shape), activation)
    return {
      value: y,
      saved: [x, gamma, y, ...reserved],
      gradients(upstream, saved) {
        const [input, scale, output, ...kept] = saved as [Tensor, Tensor, Tensor, ...Tensor[]]
        const dy = wide(activationGradient(upstream, output, activation))
        const training = stored === null
        const [dx, dGamma, dBeta] = nativeBatchNormGradients(dy, wide(input), scale, kept, epsilon, training)
        return [() => reshape(dx, input.shape), () => dGamma, () => dBeta]
      },
    }
  })
}
