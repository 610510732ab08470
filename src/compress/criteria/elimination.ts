import { factorize, solveRows } from '../cholesky.js'
import { type LeastSquares, outputEnergy, ridgeOf } from '../least-squares.js'

/** A layer whose input channels go one after another, its other weights refitted each time. */
export interface Elimination {
  /** What dropping a channel that is still there adds to the layer's error, as a share of its output's energy. */
  cost(channel: number): number
  drop(channel: number): void
}

/**
 * Backward elimination by blocks (Hassibi and Stork 1993, "Optimal brain surgeon", for several weights at a time). With P the inverse of
 * the remaining inputs' covariance (and ridge), W the refitted weights and B the columns of a channel, dropping it costs
 *
 *   trace(W_B P_BB^-1 W_B'),   and leaves   W - W_B P_BB^-1 P_B:   and   P - P_:B P_BB^-1 P_B:
 *
 * @param columnsOf the columns of each channel
 */
export function createElimination(
  layer: LeastSquares,
  columnsOf: readonly (readonly number[])[],
): Elimination {
  const n = layer.columns
  const weight = rowsOf(layer.weight, n)
  const precision = rowsOf(inverse(layer.covariance, n), n)
  const whole = outputEnergy(layer.weight, layer) || 1
  let left = Int32Array.from({ length: n }, (_, column) => column)

  /** M_:B P_BB^-1 for a matrix M of n columns, [rows, block.length]. */
  const solved = (matrix: readonly Float64Array[], block: readonly number[]) => {
    const system = columns(
      block.map(i => precision[i]!),
      block,
    )
    const right = columns(matrix, block)
    factorize(system, block.length)
    solveRows(system, block.length, right)
    return right
  }

  return {
    cost(channel) {
      const block = columnsOf[channel] ?? []
      const own = columns(weight, block)
      const share = solved(weight, block)
      return own.reduce((sum, w, i) => sum + w * share[i]!, 0) / whole
    },
    drop(channel) {
      const block = columnsOf[channel] ?? []
      const gone = new Set(block)
      left = left.filter(column => !gone.has(column))
      const lines = block.map(column => precision[column]!.slice())
      for (const matrix of [weight, precision]) {
        const factor = solved(matrix, block)
        // The second matrix is the one that `solved` divides by, so it changes last.
        subtract(matrix, factor, lines, left)
      }
      // What is gone is exactly nothing, so that later steps pass over it.
      for (const column of block) precision[column]!.fill(0)
      for (const row of [...weight, ...precision]) for (const column of block) row[column] = 0
    },
  }
}

function rowsOf(matrix: Float64Array, n: number): Float64Array[] {
  return Array.from({ length: matrix.length / n }, (_, row) => matrix.slice(row * n, (row + 1) * n))
}

/** Some columns of a matrix, [rows, block.length] row-major. */
function columns(matrix: readonly Float64Array[], block: readonly number[]): Float64Array {
  const picked = new Float64Array(matrix.length * block.length)
  let to = 0
  for (const row of matrix) for (const column of block) picked[to++] = row[column]!
  return picked
}

/** matrix - factor lines, in place, at the columns `left`; factor [rows, lines.length]. */
function subtract(
  matrix: readonly Float64Array[],
  factor: Float64Array,
  lines: readonly Float64Array[],
  left: Int32Array,
): void {
  for (const [r, row] of matrix.entries()) {
    for (const [k, line] of lines.entries()) {
      const f = factor[r * lines.length + k]!
      if (f === 0) continue
      for (let j = 0; j < left.length; j++) row[left[j]!]! -= f * line[left[j]!]!
    }
  }
}

/** (C + ridge I)^-1, [n, n]. */
function inverse(covariance: Float64Array, n: number): Float64Array {
  const system = covariance.slice()
  const ridge = ridgeOf(covariance, n)
  const result = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    system[i * n + i]! += ridge
    result[i * n + i] = 1
  }
  factorize(system, n)
  solveRows(system, n, result)
  return result
}
