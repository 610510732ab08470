/** Images (or any dense samples) and their classes, ready for the model: plain data that crosses threads. */
export interface Split {
  /** Normalised samples, row-major [n, ...sampleShape]; on a SharedArrayBuffer once shared with workers. */
  readonly samples: Float32Array
  /** Class of each sample, in [0, classes). */
  readonly labels: Int32Array
  readonly n: number
}

/** A data set: three splits of the same sample shape. Only `train` teaches, only `val` chooses, `test` is measured once. */
export interface DataSet {
  /** Without the batch axis, e.g. [1, 28, 28]. */
  readonly sampleShape: readonly number[]
  readonly classes: number
  readonly train: Split
  readonly val: Split
  readonly test: Split
}
