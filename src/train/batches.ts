import { augment } from '../data/augment.js'
import { classGoal, type Goal } from '../data/goals.js'
import { elementCount } from '../graph/tensor.js'
import type { Random } from '../random.js'
import type { FineTuneOptions } from './options.js'
import { rowsOf, type Softness, type TaughtGoal, taughtGoal, type WantedOutput } from './wanted.js'

/** One batch: samples with what the labels and the teacher want of them. */
export interface Batch {
  readonly samples: Float32Array
  /** Of the samples, [rows, ...sampleShape]. */
  readonly shape: readonly number[]
  readonly wanted: readonly WantedOutput[]
}

/** What batches are cut from. */
export interface Taught {
  /** [n, ...sampleShape] row-major. */
  readonly samples: Float32Array
  /** Classes of the samples, which a classifier without goals learns. */
  readonly labels: Int32Array
  readonly sampleShape: readonly number[]
  /** The teacher's logits for the same samples, [n, classes]; null trains on the labels alone. */
  readonly teacherLogits: Float32Array | null
  /** Columns of logits and targets; whoever trains a model goes by its own where they are known. */
  readonly classes: number
  /** What the outputs learn, with what a teacher says as `original`; without, the first output's labels and the logits above. */
  readonly goals?: readonly Goal[]
}

/** How many samples there are. */
export function countOf({ samples, sampleShape }: Pick<Taught, 'samples' | 'sampleShape'>): number {
  return samples.length / elementCount(sampleShape)
}

/** What is taught. */
export function goalsOf({
  goals,
  labels,
  teacherLogits,
}: Pick<Taught, 'goals' | 'labels' | 'teacherLogits'>) {
  return goals ?? [{ ...classGoal(labels), original: teacherLogits }]
}

/** Cuts the training samples into batches; a last batch that is not full is left out of the epoch. */
export class Batches {
  readonly perEpoch: number
  readonly #taught: Taught
  readonly #augment: FineTuneOptions['augment']
  readonly #batch: number
  readonly #n: number
  readonly #goals: readonly TaughtGoal[]

  /** @param classesOf scores of classes that an output has for each place, where it is not `classes` */
  constructor(
    taught: Taught,
    options: Pick<FineTuneOptions, 'batchSize' | 'augment'> & Softness,
    classesOf: (output: number) => number = () => taught.classes,
  ) {
    this.#taught = taught
    this.#augment = options.augment
    this.#n = countOf(taught)
    this.#batch = Math.min(options.batchSize, this.#n)
    this.#goals = goalsOf(taught).map(goal => taughtGoal(goal, this.#n, classesOf(goal.index), options))
    this.perEpoch = Math.floor(this.#n / this.#batch)
  }

  /** Batch `index` of an epoch that goes through the samples in `order`, augmented by the stream's next numbers. */
  take(order: Int32Array, index: number, random: Random): Batch {
    return this.#of(order.subarray(index * this.#batch, (index + 1) * this.#batch), this.#augment, random)
  }

  /** The samples from one place to before another, in their order, as they are. */
  between(first: number, end: number): Batch {
    const chosen = Int32Array.from({ length: end - first }, (_, i) => first + i)
    return this.#of(chosen, [], null)
  }

  #of(chosen: Int32Array, changes: FineTuneOptions['augment'], random: Random | null): Batch {
    const { samples, sampleShape } = this.#taught
    const rows = rowsOf(samples, this.#n, chosen)
    return {
      samples: changes.length === 0 || random === null ? rows : augment(rows, sampleShape, changes, random),
      shape: [chosen.length, ...sampleShape],
      wanted: this.#goals.map(goal => goal.wanted(chosen)),
    }
  }
}
