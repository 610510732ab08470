import { add, type Tensor, type Tensor2D, variableGrads } from '../tensor/tf.js'
import type { Learner } from './learner.js'
import { lossOf, soften } from './loss.js'
import type { FineTuneOptions } from './options.js'
import { pass } from './pass.js'
import type { Pace } from './schedule.js'

/**
 * One step of two networks that learn from the labels and from each other's distributions (Zhang et al. 2018, deep mutual
 * learning), both from what they say before the step. Call it within `tidy`.
 * @returns the student's loss, and the length of its gradient, or the peer's where that is not finite
 */
export function mutualStep(
  student: Learner,
  peer: Learner,
  { samples, hard }: { readonly samples: Tensor; readonly hard: Tensor2D },
  options: FineTuneOptions,
  pace: Pace,
): { readonly loss: number; readonly gradientNorm: number } {
  const { temperature, clipNorm, batchNorm } = options
  let loss = Number.NaN
  const { value, grads } = variableGrads(() => {
    const mode = batchNorm ? 'batch' : 'stored'
    const mine = pass(student.executor, samples, mode)
    const theirs = pass(peer.executor, samples, mode)
    // No gradient goes through the targets of a cross-entropy: each learns from the other as it stands.
    const own = lossOf(mine, { hard, soft: soften(theirs.logits, temperature), maps: [] }, options)
    const other = lossOf(theirs, { hard, soft: soften(mine.logits, temperature), maps: [] }, options)
    loss = own.dataSync()[0]!
    return add(own, other)
  }, [...student.variables, ...peer.variables])
  if (!Number.isFinite(value.dataSync()[0]!)) return { loss, gradientNorm: Number.NaN }
  const gradientNorm = student.optimizer.apply(grads, pace, clipNorm)
  const others = peer.optimizer.apply(grads, pace, clipNorm)
  return { loss, gradientNorm: Number.isFinite(others) ? gradientNorm : others }
}
