/** A batch of an output, beside what it was to be. */
export interface ScoredBatch {
  /** [rows, classes, places] or [rows, size], row-major. */
  readonly values: Float32Array
  /** The place of the first row in the split. */
  readonly first: number
  readonly rows: number
}

/** Gathers what a figure is made of, batch by batch, so that no more than a batch of outputs is held. */
export interface Metric {
  add(batch: ScoredBatch): void
  /** The figure of all samples that were added. */
  value(): number
  /** What each sample got, where the figure is the mean of that. */
  readonly samples?: Float64Array
}

/** The mean over samples. */
export function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
