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
  const rows = layer.weight.length / n
  const weight = layer.weight.slice()
  const precision = inverse(layer.covariance, n)
  const whole = outputEnergy(layer.weight, layer) || 1

  /** Given rows times P_BB^-1, in place. */
  const solved = (block: readonly number[], right: Float64Array) => {
    const size = block.length
    const system = new Float64Array(size * size)
    block.forEach((i, a) => {
      block.forEach((j, b) => {
        system[a * size + b] = precision[i * n + j]!
      })
    })
    factorize(system, size)
    solveRows(system, size, right)
    return right
  }
  /** The columns `block` of a matrix [height, n], as [height, block.length]. */
  const pick = (matrix: Float64Array, height: number, block: readonly number[]) =>
    Float64Array.from(
      { length: height * block.length },
      (_, i) => matrix[Math.floor(i / block.length) * n + block[i % block.length]!]!,
    )
  /** matrix - factor P_B:, in place. */
  const subtract = (matrix: Float64Array, factor: Float64Array, lines: Float64Array) => {
    const size = lines.length / n
    for (let row = 0; row < matrix.length / n; row++) {
      for (let k = 0; k < size; k++) {
        const f = factor[row * size + k]!
        if (f !== 0) for (let j = 0; j < n; j++) matrix[row * n + j]! -= f * lines[k * n + j]!
      }
    }
  }

  return {
    cost(channel) {
      const block = columnsOf[channel] ?? []
      const own = pick(weight, rows, block)
      const share = solved(block, own.slice())
      return own.reduce((sum, w, i) => sum + w * share[i]!, 0) / whole
    },
    drop(channel) {
      const block = columnsOf[channel] ?? []
      const lines = Float64Array.from(
        { length: block.length * n },
        (_, i) => precision[block[Math.floor(i / n)]! * n + (i % n)]!,
      )
      const fromWeight = solved(block, pick(weight, rows, block))
      const fromPrecision = solved(block, pick(precision, n, block))
      subtract(weight, fromWeight, lines)
      subtract(precision, fromPrecision, lines)
    },
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
