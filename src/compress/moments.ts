/**
 * First and second moments of a layer's input rows over the calibration samples: all that least squares needs to know
 * of the data, gathered once. Arrays stand on shared memory, so that workers need no copy.
 */
export interface Moments {
  readonly node: string
  readonly columns: number
  readonly rows: number
  /** Mean of each column. */
  readonly mean: Float64Array
  /** X'X / rows, [columns, columns] row-major. */
  readonly second: Float64Array
}

/** Moments of no rows yet. */
export function emptyMoments(node: string, columns: number): Moments {
  const shared = (length: number) => new Float64Array(new SharedArrayBuffer(length * 8))
  return { node, columns, rows: 0, mean: shared(columns), second: shared(columns * columns) }
}

/**
 * Adds rows in place and returns the moments with their new count.
 * @param gram X'X of the new rows in float32: exact enough for some thousand rows, and sums stay in float64.
 */
export function addRows(moments: Moments, rows: Float32Array, gram: Float32Array): Moments {
  const { columns, mean, second } = moments
  const added = rows.length / columns
  const total = moments.rows + added
  const keep = moments.rows / total
  const sums = new Float64Array(columns)
  for (let i = 0; i < rows.length; i += columns) for (let c = 0; c < columns; c++) sums[c]! += rows[i + c]!
  for (let c = 0; c < columns; c++) mean[c] = mean[c]! * keep + sums[c]! / total
  for (let i = 0; i < second.length; i++) second[i] = second[i]! * keep + gram[i]! / total
  return { ...moments, rows: total }
}

/** Covariance of columns i and j; the raw second moment where `centred` is false. */
export function covariance(
  { columns, mean, second }: Moments,
  i: number,
  j: number,
  centred: boolean,
): number {
  return second[i * columns + j]! - (centred ? mean[i]! * mean[j]! : 0)
}
