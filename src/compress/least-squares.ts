import { factorize, solveRows } from './cholesky.js'
import type { Moments } from './moments.js'

/** A layer y = W x + b with what calibration knows of its inputs, ready to be solved for any choice of them. */
export interface LeastSquares {
  /** W, [rows, columns] row-major. */
  readonly weight: Float64Array
  readonly columns: number
  readonly mean: Float64Array
  /** Covariance of the inputs, or their raw second moments without an intercept; [columns, columns]. */
  readonly covariance: Float64Array
  readonly intercept: boolean
}

/** How a layer does without some of its inputs. */
export interface Reconstruction {
  /** New weights, [rows, kept.length] row-major. */
  readonly weight: Float64Array
  /** To be added to the bias, [rows]; zeros without an intercept. */
  readonly shift: Float64Array
}

/** Ridge as a share of the kept inputs' mean variance: it steadies the solution where inputs nearly repeat each other. */
const RIDGE = 1e-4

/** @param intercept whether the layer has a bias that may change */
export function leastSquares(
  weight: Float64Array,
  { columns, mean, second }: Moments,
  intercept: boolean,
): LeastSquares {
  const covariance = Float64Array.from(second)
  if (intercept) {
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++) covariance[i * columns + j]! -= mean[i]! * mean[j]!
  }
  return { weight, columns, mean, covariance, intercept }
}

/**
 * Least-squares repair of y = W x + b when only the inputs `kept` (ascending columns) remain (He et al. 2017, "Channel
 * pruning", eq. 3; AMC section 3.3). With C the inputs' covariance, S the kept and D the dropped columns:
 *
 *   W' = W_S + W_D C_DS (C_SS + ridge I)^-1,   b' = b + W mean - W' mean_S
 *
 * which is the regression of the original output on the kept inputs, with an intercept where the layer has a bias, and
 * the original weights as what the ridge pulls to.
 */
export function reconstruct(layer: LeastSquares, kept: Int32Array): Reconstruction {
  const { weight, columns, mean, intercept } = layer
  const rows = weight.length / columns
  const repaired = gains(layer, kept)
  const shift = new Float64Array(rows)
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < kept.length; j++) {
      const value = weight[r * columns + kept[j]!]! + repaired[r * kept.length + j]!
      repaired[r * kept.length + j] = value
      if (intercept) shift[r]! -= value * mean[kept[j]!]!
    }
    if (intercept) for (let c = 0; c < columns; c++) shift[r]! += weight[r * columns + c]! * mean[c]!
  }
  return { weight: repaired, shift }
}

/** W_D C_DS (C_SS + ridge I)^-1, [rows, kept.length]: what each kept weight gains. */
function gains({ weight, columns, covariance }: LeastSquares, kept: Int32Array): Float64Array {
  const n = kept.length
  const rows = weight.length / columns
  const stays = new Uint8Array(columns)
  for (const column of kept) stays[column] = 1
  const result = new Float64Array(rows * n)
  for (let d = 0; d < columns; d++) {
    if (stays[d] === 1) continue
    for (let r = 0; r < rows; r++) {
      const w = weight[r * columns + d]!
      if (w === 0) continue
      for (let j = 0; j < n; j++) result[r * n + j]! += w * covariance[d * columns + kept[j]!]!
    }
  }
  const system = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) system[i * n + j] = covariance[kept[i]! * columns + kept[j]!]!
  const ridge = ridgeOf(system, n)
  for (let i = 0; i < n; i++) system[i * n + i]! += ridge
  factorize(system, n)
  solveRows(system, n, result)
  return result
}

/** What is added to the diagonal of a covariance [n, n] before it is solved. */
export function ridgeOf(covariance: Float64Array, n: number): number {
  let trace = 0
  for (let i = 0; i < n; i++) trace += covariance[i * n + i]!
  // Inputs that never fire have no variance at all; any positive number makes their gain zero.
  return Math.max((RIDGE * trace) / Math.max(1, n), Number.EPSILON)
}

/** Total variance (or raw energy, without an intercept) of W x for weights [rows, columns]. */
export function outputEnergy(weight: Float64Array, { columns, covariance }: LeastSquares): number {
  let sum = 0
  for (let r = 0; r < weight.length; r += columns) {
    for (let i = 0; i < columns; i++) {
      const w = weight[r + i]!
      if (w === 0) continue
      let inner = 0
      for (let j = 0; j < columns; j++) inner += covariance[i * columns + j]! * weight[r + j]!
      sum += w * inner
    }
  }
  return sum
}

/**
 * Share of the output's energy that is lost for good when only `kept` remain, in [0,1]: the energy of W x - W' x_S.
 * @param whole the output's energy, which takes as long to find as the rest
 */
export function reconstructionError(layer: LeastSquares, kept: Int32Array, whole: number): number {
  const { weight, columns } = layer
  const { weight: narrow } = reconstruct(layer, kept)
  const difference = Float64Array.from(weight)
  for (let r = 0; r < weight.length / columns; r++) {
    for (let j = 0; j < kept.length; j++) difference[r * columns + kept[j]!]! -= narrow[r * kept.length + j]!
  }
  return whole > 0 ? Math.min(1, Math.max(0, outputEnergy(difference, layer) / whole)) : 0
}
