import type { Node } from '../graph/types.js'
import { type Tensor, type Tensor2D, tensor, tensor2d, tidy, variableGrads } from '../tensor/tf.js'
import type { Batch } from './batches.js'
import type { Learner } from './learner.js'
import { lossOf, soften, type Wanted } from './loss.js'
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
): StepResult {
  return tidy(() => {
    const samples = tensor(batch.samples, [...batch.shape])
    const hard = ofRows(batch.hard, batch)
    if (teaching.kind === 'mutual')
      return mutualStep(student, teaching.peer, { samples, hard }, options, pace)
    const wanted = { hard, ...adviceOf(teaching, batch, samples, options) }
    const { value, grads } = variableGrads(() => {
      const maps = teaching.kind === 'live' ? teaching.maps : []
      const seen = pass(student.executor, samples, student.batchNorm, maps)
      return lossOf(seen, wanted, options)
    }, student.variables)
    const loss = value.dataSync()[0]!
    if (!Number.isFinite(loss)) return { network: 'student', loss, gradientNorm: Number.NaN }
    return { network: 'student', loss, gradientNorm: student.optimizer.apply(grads, pace, options.clipNorm) }
  })
}

/** What a teacher that stays as it is says of a batch. */
function adviceOf(
  teaching: Exclude<Teaching, { kind: 'mutual' }>,
  batch: Batch,
  samples: Tensor,
  { temperature }: FineTuneOptions,
): Pick<Wanted, 'soft' | 'maps'> {
  switch (teaching.kind) {
    case 'labels':
      return { soft: null, maps: [] }
    case 'stored':
      return { soft: batch.soft === null ? null : ofRows(batch.soft, batch), maps: [] }
    case 'live': {
      const { logits, maps } = pass(teaching.teacher, samples, 'stored', teaching.maps)
      return { soft: soften(logits, temperature), maps }
    }
  }
}

function ofRows(values: Float32Array, { shape: [rows = 1] }: Batch): Tensor2D {
  return tensor2d(values, [rows, values.length / rows])
}

/** The first node in whose output for a batch an element is not finite. */
export function firstNonFinite(
  { executor, batchNorm }: Pick<Learner, 'executor' | 'batchNorm'>,
  batch: Batch,
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
