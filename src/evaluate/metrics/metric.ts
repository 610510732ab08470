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

/** A figure that is the mean of what each sample got. */
export type PerSample = Metric & { readonly samples: Float64Array }

/**
 * The mean over `n` samples.
 * @param of what a sample gets: by its row in the batch, and by its place in the split
 */
export function perSample(
  n: number,
  of: (batch: ScoredBatch, row: number, place: number) => number,
): PerSample {
  const samples = new Float64Array(n)
  return {
    samples,
    add(batch) {
      for (let row = 0; row < batch.rows; row++) {
        const place = batch.first + row
        samples[place] = of(batch, row, place)
      }
    },
    value: () => meanOf(samples),
  }
}

/** The mean over samples. */
function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
