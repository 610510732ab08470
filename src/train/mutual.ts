import { add, type Tensor, type Tensor2D, variableGrads } from '../tensor/tf.js'
import type { Learner } from './learner.js'
import { lossOf, soften } from './loss.js'
import type { FineTuneOptions } from './options.js'
import { pass } from './pass.js'
import type { Pace } from './schedule.js'
import type { StepResult } from './step-result.js'

/**
 * One step of two networks that learn from the labels and from each other's distributions (Zhang et al. 2018, deep mutual
 * learning), both from what they say before the step. Call it within `tidy`.
 */
export function mutualStep(
  student: Learner,
  peer: Learner,
  { samples, hard }: { readonly samples: Tensor; readonly hard: Tensor2D },
  options: FineTuneOptions,
  pace: Pace,
): StepResult {
  const { temperature, clipNorm } = options
  let [own, other] = [Number.NaN, Number.NaN]
  let network: StepResult['network'] = 'student'
  const { grads } = variableGrads(() => {
    const mine = pass(student.executor, samples, student.batchNorm)
    const theirs = pass(peer.executor, samples, peer.batchNorm)
    // No gradient goes through the targets of a cross-entropy: each learns from the other as it stands.
    const ownLoss = lossOf(mine, { hard, soft: soften(theirs.logits, temperature), maps: [] }, options)
    const otherLoss = lossOf(theirs, { hard, soft: soften(mine.logits, temperature), maps: [] }, options)
    own = ownLoss.dataSync()[0]!
    other = otherLoss.dataSync()[0]!
    // A distribution that is no number spoils the other's loss too.
    if (!Number.isFinite(other) && mine.logits.dataSync().every(Number.isFinite)) network = 'teacher'
    return add(ownLoss, otherLoss)
  }, [...student.variables, ...peer.variables])
  if (!Number.isFinite(own + other))
    return { network, loss: network === 'student' ? own : other, gradientNorm: Number.NaN }
  const [mine, theirs] = [student.optimizer.norm(grads), peer.optimizer.norm(grads)]
  if (!Number.isFinite(mine)) return { network: 'student', loss: own, gradientNorm: mine }
  if (!Number.isFinite(theirs)) return { network: 'teacher', loss: other, gradientNorm: theirs }
  student.optimizer.apply(grads, pace, clipNorm)
  peer.optimizer.apply(grads, pace, clipNorm)
  return { network: 'student', loss: own, gradientNorm: mine }
}
