import { nativeBatchNorm, nativeBatchNormGradients } from '../native/batch-norm.js'
import { isNative } from '../native/execute.js'
import {
  add,
  mul,
  neg,
  onesLike,
  reshape,
  square,
  type Tensor,
  type Tensor4D,
  tensor1d,
  zerosLike,
} from '../tf.js'
import { type Activation, activated, affine } from './affine.js'
import { channelMean, channelSum } from './channel-sum.js'
import { differentiable } from './custom.js'
import { activationGradient } from './rectify.js'

/** Mean and (biased) variance of each channel, [c]. */
export interface Moments {
  readonly mean: Tensor
  readonly variance: Tensor
}

/** Mean and variance over all places of a batch, [..., c] -> [c]. */
export function channelMoments(x: Tensor): Moments {
  const mean = channelMean(x)
  const centred = affine(x, onesLike(mean), neg(mean))
  return { mean, variance: channelMean(square(centred)) }
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
 * form makes several times as many passes over the activations. What is one number a channel is worked out in plain
 * numbers: calling an operation on so few costs more than it does.
 */
export function batchNormalize(x: Tensor, gamma: Tensor, beta: Tensor, options: BatchNormOptions): Tensor {
  if (isNative()) return nativeBatchNormalize(x, gamma, beta, options)
  const { stored, epsilon, activation } = options
  const count = x.size / (x.shape.at(-1) ?? 1)
  return differentiable([x, gamma, beta], () => {
    const moments = stored ?? channelMoments(x)
    const mean = numbersOf(moments.mean)
    const inverse = numbersOf(moments.variance).map(variance => 1 / Math.sqrt(variance + epsilon))
    const [factors, offsets] = [numbersOf(gamma), numbersOf(beta)]
    const scale = inverse.map((each, c) => factors[c]! * each)
    const shift = offsets.map((offset, c) => offset - mean[c]! * scale[c]!)
    const value = affine(x, tensor1d(scale), tensor1d(shift), activation)
    return {
      value,
      saved: [x, value],
      gradients(upstream, saved) {
        const [input, y] = saved as [Tensor, Tensor]
        const dy = activationGradient(upstream, y, activation)
        const dBeta = channelSum(dy)
        const sums = numbersOf(dBeta)
        const products = numbersOf(channelSum(mul(dy, input)))
        const dGamma = products.map((product, c) => inverse[c]! * (product - mean[c]! * sums[c]!))
        const toInput = () => {
          if (stored !== null) return affine(dy, tensor1d(scale), zerosLike(dBeta))
          const s2 = scale.map((each, c) => (-each * inverse[c]! * dGamma[c]!) / count)
          const s3 = scale.map((each, c) => (-each * sums[c]!) / count - mean[c]! * s2[c]!)
          return add(affine(dy, tensor1d(scale), tensor1d(s3)), affine(input, tensor1d(s2), zerosLike(dBeta)))
        }
        return [toInput, () => tensor1d(dGamma), () => dBeta]
      },
    }
  })
}

function numbersOf(vector: Tensor): number[] {
  return [...vector.dataSync<'float32'>()]
}

function nativeBatchNormalize(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  { stored, epsilon, activation }: BatchNormOptions,
): Tensor {
  const narrow = (t: Tensor) => (x.rank === 4 ? t : reshape(t, x.shape))
  const wide = (t: Tensor) => (t.rank === 4 ? t : reshape(t, [-1, 1, 1, t.shape.at(-1) ?? 1])) as Tensor4D
  return differentiable([x, gamma, beta], () => {
    const { value, reserved } = nativeBatchNorm(wide(x), gamma, beta, stored, epsilon)
    const y = activated(narrow(value), activation)
    return {
      value: y,
      saved: [x, gamma, y, ...reserved],
      gradients(upstream, saved) {
        const [input, scale, output, ...kept] = saved as [Tensor, Tensor, Tensor, ...Tensor[]]
        const dy = wide(activationGradient(upstream, output, activation))
        const training = stored === null
        const [dx, dGamma, dBeta] = nativeBatchNormGradients(dy, wide(input), scale, kept, epsilon, training)
        return [() => narrow(dx), () => dGamma, () => dBeta]
      },
    }
  })
}
