import { type Graph, GraphError } from '../graph/types.js'
import { createExecutor, type Executor } from '../tensor/executor.js'
import { sharedMaps } from './attention.js'
import { goalsOf, type Taught } from './batches.js'
import { createLearner, type Learner } from './learner.js'
import type { FineTuneOptions } from './options.js'

/** A teacher that cannot teach so. */
export class TeacherError extends GraphError {}

/** Who teaches a batch beside its labels. */
export type Teaching =
  | { readonly kind: 'labels' }
  /** The logits that the teacher once gave the samples. */
  | { readonly kind: 'stored' }
  /** A fixed teacher that sees what the student sees, and the values by name whose attention maps it shows. */
  | { readonly kind: 'live'; readonly teacher: Executor; readonly maps: readonly string[] }
  /** A teacher that learns. */
  | { readonly kind: 'mutual'; readonly peer: Learner }

/** A student, and the teacher there is. */
export interface Class extends Taught {
  readonly graph: Graph
  /** Runs itself where its logits are not enough: for augmented samples, attention maps, and to learn. */
  readonly teacher?: Graph | null
}

/** Whether the logits that a teacher gave the samples once are all that a student needs of it. */
export function logitsSuffice({ distill, augment }: Pick<FineTuneOptions, 'distill' | 'augment'>): boolean {
  return distill === 'soft' && augment.length === 0
}

/**
 * How a student is taught, as the options and the teacher at hand have it.
 * @throws TeacherError where the teacher has an operator that cannot be trained or nothing to show the student; Error where
 *   the options need the teacher itself and there is none.
 */
export function teachingOf(input: Class, options: FineTuneOptions): Teaching {
  const { teacher = null } = input
  const isStored = goalsOf(input).every(({ original }) => original !== null)
  switch (options.distill) {
    case 'none':
      return { kind: 'labels' }
    case 'soft':
      if (teacher === null && !isStored) return { kind: 'labels' }
      if (isStored && logitsSuffice(options)) return { kind: 'stored' }
      return { kind: 'live', teacher: ofTeacher(() => createExecutor(needed(teacher))), maps: [] }
    case 'hints': {
      const maps = ofTeacher(() => sharedMaps(input.graph, needed(teacher), input.sampleShape))
      if (maps.length === 0)
        throw new TeacherError('no inner map has the name and the size of one of the model to be taught')
      return { kind: 'live', teacher: ofTeacher(() => createExecutor(needed(teacher))), maps }
    }
    case 'mutual': {
      // What makes the student smaller is none of the teacher's.
      const whole = { ...options, scaleL1: 0 }
      return { kind: 'mutual', peer: ofTeacher(() => createLearner(needed(teacher), input, whole)) }
    }
  }
}

export function disposeTeaching(teaching: Teaching): void {
  switch (teaching.kind) {
    case 'labels':
    case 'stored':
      return
    case 'live':
      teaching.teacher.parameters.dispose()
      return
    case 'mutual':
      teaching.peer.dispose()
      return
  }
}

function needed(teacher: Graph | null): Graph {
  if (teacher === null) throw new Error('this distillation, or the augmentation, needs the teacher itself')
  return teacher
}

/** What is wrong with the teacher is told from what is wrong with the model. */
function ofTeacher<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    throw new TeacherError(error.message, { cause: error })
  }
}
