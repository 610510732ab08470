import type { Goal } from './goals.js'
import type { Target } from './target.js'

/** Images (or any dense samples) and their classes, ready for the model: plain data that crosses threads. */
export interface Split {
  /** Normalised samples, row-major [n, ...sampleShape]; on a SharedArrayBuffer once shared with workers. */
  readonly samples: Float32Array
  /** Class of each sample, in [0, classes); empty where samples have no one class. */
  readonly labels: Int32Array
  readonly n: number
  /** What the data set says that outputs should be, by the name of its array, where that is not one class a sample. */
  readonly targets?: Readonly<Record<string, Target>>
  /** What is scored and taught; without, the first output's class. */
  readonly goals?: readonly Goal[]
}

/** A data set: three splits of the same sample shape. Only `train` teaches, only `val` chooses, `test` is measured once. */
export interface DataSet {
  /** Without the batch axis, e.g. [1, 28, 28]. */
  readonly sampleShape: readonly number[]
  /** 0 where samples have no one class. */
  readonly classes: number
  readonly train: Split
  readonly val: Split
  readonly test: Split
}
