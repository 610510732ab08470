import type { Node } from '../graph/types.js'
import { type Tensor, type Tensor2D, tensor, tensor2d, tidy } from '../tensor/tf.js'
import type { Balance } from './balance.js'
import type { Batch } from './batches.js'
import { descend } from './descend.js'
import type { Learner } from './learner.js'
import { type Lesson, soften, type Wanted } from './loss.js'
import { mutualStep } from './mutual.js'
import type { FineTuneOptions } from './options.js'
import { pass } from './pass.js'
import type { Pace } from './schedule.js'
import type { StepResult } from './step-result.js'
import type { Teaching } from './teaching.js'

/** One step of a student, and of a teacher that learns with it. */
export function trainStep(
  student: Learner,
  teaching: Teaching,
  batch: Batch,
  options: FineTuneOptions,
  pace: Pace,
  balance: Balance = { kind: 'weights' },
): StepResult {
  return tidy(() => {
    const samples = tensor(batch.samples, [...batch.shape])
    const lessons = lessonsOf(batch)
    if (teaching.kind === 'mutual')
      return mutualStep(student, teaching.peer, { samples, lessons }, options, pace)
    const wanted = advised(teaching, lessons, samples, options)
    const maps = teaching.kind === 'live' ? teaching.maps : []
    const { loss, grads } = descend(student, { samples, wanted, maps }, options, pace, balance)
    if (!Number.isFinite(loss)) return { network: 'student', loss, gradientNorm: Number.NaN }
    return { network: 'student', loss, gradientNorm: student.optimizer.apply(grads, pace, options.clipNorm) }
  })
}

/** A batch's wishes as tensors. Call it within `tidy`. */
export function lessonsOf({ wanted, shape: [rows = 1] }: Batch): readonly Lesson[] {
  return wanted.map(({ hard, soft, ...output }) => {
    const asTensor = (values: Float32Array | null): Tensor2D | null => {
      const all = rows * output.places
      return values === null ? null : tensor2d(values, [all, values.length / all])
    }
    return { ...output, hard: asTensor(hard), soft: asTensor(soft) }
  })
}

/** The lessons with what a teacher that stays as it is says of a batch. */
function advised(
  teaching: Exclude<Teaching, { kind: 'mutual' }>,
  lessons: readonly Lesson[],
  samples: Tensor,
  { temperature }: FineTuneOptions,
): Wanted {
  switch (teaching.kind) {
    case 'labels':
      return { lessons: lessons.map(lesson => ({ ...lesson, soft: null })), maps: [] }
    case 'stored':
      return { lessons, maps: [] }
    case 'live': {
      const { outputs, maps } = pass(teaching.teacher, samples, 'stored', teaching.maps)
      return {
        lessons: lessons.map(lesson => ({
          ...lesson,
          soft: soften(outputs[lesson.index]!, lesson, temperature),
        })),
        maps,
      }
    }
  }
}

/** The first node in whose output for a batch an element is not finite. */
export function firstNonFinite(
  { executor, batchNorm }: Pick<Learner, 'executor' | 'batchNorm'>,
  batch: Pick<Batch, 'samples' | 'shape'>,
): Node | undefined {
  let first: Node | undefined
  tidy(() => {
    executor.run(tensor(batch.samples, [...batch.shape]), {
      batchNorm,
      onMoments: null,
      onValue(node, { tensor: value }) {
        if (first === undefined && !value.dataSync().every(element => Number.isFinite(element))) first = node
      },
    })
  })
  return first
}
