import {
  add,
  div,
  log,
  mean,
  mul,
  neg,
  type Scalar,
  softmax,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '../tf.js'
import { differentiable } from './custom.js'

/** Keeps the logarithm of a probability that underflowed finite. */
const TINY = 1e-12

/**
 * Mean cross-entropy between target distributions [n, c] and softmax(logits / temperature), in nats, times the squared
 * temperature, so that soft and hard targets pull equally hard (Hinton et al. 2015, section 2).
 */
export function crossEntropy(logits: Tensor2D, targets: Tensor2D, temperature: number): Scalar {
  const rows = logits.shape[0]
  return differentiable([logits], () => {
    const probabilities = softmax(div(logits, temperature) as Tensor2D)
    const value: Tensor = mul(
      neg(mean(sum(mul(targets, log(add(probabilities, TINY))), 1))),
      temperature ** 2,
    )
    return {
      value,
      saved: [probabilities, targets],
      gradients(dy, saved) {
        const [predicted, wanted] = saved as [Tensor, Tensor]
        return [() => mul(mul(sub(predicted, wanted), dy), temperature / rows)]
      },
    }
  }) as Scalar
}
