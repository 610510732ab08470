import type { Calculation, Value } from '../src/runtime/calculation.js'

/** Settings of the loss. */
export interface PpoLossOptions {
  /** By how much the ratio of new to old probability may differ from one before the loss is flat. */
  readonly clip: number
  /** Weight of the policy's entropy, in nats. */
  readonly entropy: number
  /** Steps of a batch. */
  readonly steps: number
}

/** Decisions to learn from, one a column. */
export interface Decisions<T> {
  /** 1 at the bin that was chosen, else 0: [bins, n]. */
  readonly chosen: T
  /** Logarithm of the probability with which it was, [1, n]. */
  readonly behaviour: T
  /** [1, n] */
  readonly advantages: T
}

/**
 * PPO's loss with its bonus for entropy (Schulman et al. 2017, equations 7 and 9, without a value's), for a softmax over
 * bins: -mean min(r A, clip(r) A) - entropy x mean H.
 * @param logits [bins, n]
 */
export function ppoLoss(
  c: Calculation,
  logits: Value,
  { chosen, behaviour, advantages }: Decisions<Value>,
  { clip, entropy, steps }: PpoLossOptions,
): { readonly loss: Value; readonly byLogits: Value } {
  const logs = c.logSoftmaxOfColumns(logits)
  const probabilities = c.exp(logs)
  const ratio = c.exp(c.sub(c.sumOfColumns(c.mul(chosen, logs)), behaviour))
  const clipped = c.clip(ratio, 1 - clip, 1 + clip)
  const surrogate = c.min(c.mul(ratio, advantages), c.mul(clipped, advantages))
  const entropies = c.neg(c.sumOfColumns(c.mul(probabilities, logs)))

  // Flat where the ratio is already beyond the clip on the side that its advantage drives it to.
  const isFlat = c.relu(c.sign(c.mul(c.sub(ratio, clipped), advantages)))
  const pull = c.mul(c.sub(c.constant(1), isFlat), c.mul(ratio, advantages))
  const bySurrogate = c.mul(pull, c.sub(probabilities, chosen))
  const byEntropy = c.scale(c.mul(probabilities, c.add(logs, entropies)), entropy)
  return {
    loss: c.neg(c.mean(c.add(surrogate, c.scale(entropies, entropy)))),
    byLogits: c.scale(c.add(bySurrogate, byEntropy), 1 / steps),
  }
}
