import { add, div, mul, neg, sqrt, square, sub, type Tensor } from '../tf.js'
import { channelSum } from './channel-sum.js'
import { differentiable } from './custom.js'

/** Mean and (biased) variance of each channel over all places of a batch, [..., c] -> [c]. */
export function channelMoments(x: Tensor): { readonly mean: Tensor; readonly variance: Tensor } {
  const count = x.size / (x.shape.at(-1) ?? 1)
  const mean = div(channelSum(x), count)
  const variance = div(channelSum(square(sub(x, mean))), count)
  return { mean, variance }
}

/**
 * Batch normalisation by the batch's own statistics (Ioffe & Szegedy 2015, algorithm 1): gamma (x - mean) / sqrt(var +
 * epsilon) + beta. One operation with its closed-form gradient, dx = s1 dy + s2 x + s3 with one s1, s2, s3 a channel,
 * because the composed form makes four times as many passes over the activations.
 */
export function batchNormalize(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  moments: { readonly mean: Tensor; readonly variance: Tensor },
  epsilon: number,
): Tensor {
  const count = x.size / (x.shape.at(-1) ?? 1)
  return differentiable([x, gamma, beta], () => {
    const inverse = div(1, sqrt(add(moments.variance, epsilon)))
    const scale = mul(gamma, inverse)
    return {
      value: add(mul(x, scale), sub(beta, mul(moments.mean, scale))),
      saved: [x, moments.mean, inverse, scale],
      gradients(dy, saved) {
        const [input, mean, inverse, scale] = saved as [Tensor, Tensor, Tensor, Tensor]
        const dBeta = channelSum(dy)
        const dGamma = mul(inverse, sub(channelSum(mul(dy, input)), mul(mean, dBeta)))
        const s2 = neg(div(mul(mul(scale, inverse), dGamma), count))
        const s3 = neg(add(div(mul(scale, dBeta), count), mul(mean, s2)))
        return [add(add(mul(dy, scale), mul(input, s2)), s3), dGamma, dBeta]
      },
    }
  })
}
