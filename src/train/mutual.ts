import { add, type Tensor, variableGrads } from '../tensor/tf.js'
import type { Learner } from './learner.js'
import { type Lesson, lossOf, soften, type Wanted } from './loss.js'
import type { FineTuneOptions } from './options.js'
import { pass, type Seen } from './pass.js'
import type { Pace } from './schedule.js'
import type { StepResult } from './step-result.js'

/**
 * One step of two networks that learn from the labels and from each other's distributions (Zhang et al. 2018, deep mutual
 * learning), both from what they say before the step. Call it within `tidy`.
 */
export function mutualStep(
  student: Learner,
  peer: Learner,
  { samples, lessons }: { readonly samples: Tensor; readonly lessons: readonly Lesson[] },
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
    const from = (other: Seen): Wanted => ({
      lessons: lessons.map(lesson => ({
        ...lesson,
        soft: soften(other.outputs[lesson.index]!, lesson, temperature),
      })),
      maps: [],
    })
    const ownLoss = lossOf(mine, from(theirs), options)
    const otherLoss = lossOf(theirs, from(mine), options)
    own = ownLoss.dataSync()[0]!
    other = otherLoss.dataSync()[0]!
    // A distribution that is no number spoils the other's loss too.
    if (!Number.isFinite(other) && mine.outputs.every(output => output.dataSync().every(Number.isFinite)))
      network = 'teacher'
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
