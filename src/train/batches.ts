import { augment } from '../data/augment.js'
import { elementCount } from '../graph/tensor.js'
import type { Random } from '../random.js'
import type { FineTuneOptions } from './options.js'
import { hardTargets, softTargets } from './targets.js'

/** One batch: samples with what the labels and the teacher want of them. */
export interface Batch {
  readonly samples: Float32Array
  /** Of the samples, [rows, ...sampleShape]. */
  readonly shape: readonly number[]
  /** [rows, classes] each. */
  readonly hard: Float32Array
  readonly soft: Float32Array | null
}

/** What batches are cut from. */
export interface Taught {
  /** [n, ...sampleShape] row-major. */
  readonly samples: Float32Array
  readonly labels: Int32Array
  readonly sampleShape: readonly number[]
  /** The teacher's logits for the same samples, [n, classes]; null trains on the labels alone. */
  readonly teacherLogits: Float32Array | null
  /** Columns of logits and targets; whoever trains a model goes by its own where they are known. */
  readonly classes: number
}

/** Cuts the training samples into batches; a last batch that is not full is left out of the epoch. */
export class Batches {
  readonly perEpoch: number
  readonly #taught: Taught
  readonly #augment: FineTuneOptions['augment']
  readonly #batch: number
  readonly #hard: Float32Array
  readonly #soft: Float32Array | null

  constructor(
    taught: Taught,
    options: Pick<FineTuneOptions, 'batchSize' | 'labelSmoothing' | 'temperature' | 'augment'>,
  ) {
    const { labels, classes, teacherLogits } = taught
    this.#taught = taught
    this.#augment = options.augment
    this.#batch = Math.min(options.batchSize, labels.length)
    this.#hard = hardTargets(labels, classes, options.labelSmoothing)
    this.#soft = teacherLogits === null ? null : softTargets(teacherLogits, classes, options.temperature)
    this.perEpoch = Math.floor(labels.length / this.#batch)
  }

  /** Batch `index` of an epoch that goes through the samples in `order`, augmented by the stream's next numbers. */
  take(order: Int32Array, index: number, random: Random): Batch {
    const chosen = order.subarray(index * this.#batch, (index + 1) * this.#batch)
    const { samples, sampleShape, classes } = this.#taught
    const rows = gather(samples, elementCount(sampleShape), chosen)
    return {
      samples: this.#augment.length === 0 ? rows : augment(rows, sampleShape, this.#augment, random),
      shape: [chosen.length, ...sampleShape],
      hard: gather(this.#hard, classes, chosen),
      soft: this.#soft === null ? null : gather(this.#soft, classes, chosen),
    }
  }
}

/** The chosen rows, `width` elements each. */
function gather(source: Float32Array, width: number, chosen: Int32Array): Float32Array {
  const rows = new Float32Array(chosen.length * width)
  chosen.forEach((sample, i) => {
    rows.set(source.subarray(sample * width, (sample + 1) * width), i * width)
  })
  return rows
}
