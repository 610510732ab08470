import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { covariance, type Moments } from './moments.js'

/** How a layer does without some of its inputs. */
export interface Reconstruction {
  /** New weights, [rows, kept.length] row-major. */
  readonly weight: Float64Array
  /** To be added to the bias, [rows]; zeros without an intercept. */
  readonly shift: Float64Array
  /** Energy of the output that is lost for good, as a share of the whole, in [0, 1]. */
  readonly error: number
}

/** Ridge as a share of the kept inputs' mean variance: it steadies the solution where inputs nearly repeat each other. */
const RIDGE = 1e-4

/**
 * Least-squares repair of y = W x + b when only the inputs `kept` (ascending columns) remain (He et al. 2017, "Channel
 * pruning", eq. 3; AMC section 3.3). With C the inputs' covariance, S the kept and D the dropped columns:
 *
 *   W' = W_S + W_D C_DS (C_SS + ridge I)^-1,   b' = b + W mean - W' mean_S
 *
 * which is the regression of the original output on the kept inputs, with an intercept where the layer has a bias, and
 * the original weights as what the ridge pulls to.
 * @param weight [rows, moments.columns] row-major
 */
export function reconstruct(
  weight: Float64Array,
  moments: Moments,
  kept: Int32Array,
  intercept: boolean,
): Reconstruction {
  const { columns, mean } = moments
  const rows = weight.length / columns
  const stays = new Uint8Array(columns)
  for (const column of kept) stays[column] = 1
  const dropped = Int32Array.from({ length: columns }, (_, c) => c).filter(c => stays[c] === 0)
  const block = (a: Int32Array, b: Int32Array) => {
    const matrix = new Matrix(a.length, b.length)
    for (let i = 0; i < a.length; i++) {
      for (let j = 0; j < b.length; j++) matrix.set(i, j, covariance(moments, a[i]!, b[j]!, intercept))
    }
    return matrix
  }
  const pick = (chosen: Int32Array) => {
    const matrix = new Matrix(rows, chosen.length)
    for (let r = 0; r < rows; r++)
      for (let j = 0; j < chosen.length; j++) matrix.set(r, j, weight[r * columns + chosen[j]!]!)
    return matrix
  }
  const lost = pick(dropped)
  const cross = lost.mmul(block(dropped, kept))
  const system = block(kept, kept)
  const ridge = Math.max((RIDGE * system.trace()) / Math.max(1, kept.length), Number.MIN_VALUE)
  for (let i = 0; i < kept.length; i++) system.set(i, i, system.get(i, i) + ridge)
  // Columns of this matrix are what each row of W gains on the kept inputs.
  const gained =
    kept.length === 0 ? new Matrix(0, rows) : new CholeskyDecomposition(system).solve(cross.transpose())

  const repaired = new Float64Array(rows * kept.length)
  const shift = new Float64Array(rows)
  let explained = 0
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < kept.length; j++) {
      const value = weight[r * columns + kept[j]!]! + gained.get(j, r)
      repaired[r * kept.length + j] = value
      explained += gained.get(j, r) * cross.get(r, j)
      if (intercept) shift[r]! -= value * mean[kept[j]!]!
    }
    if (intercept) for (let c = 0; c < columns; c++) shift[r]! += weight[r * columns + c]! * mean[c]!
  }
  const missing = trace(lost, block(dropped, dropped)) - explained
  const whole = outputEnergy(weight, moments, intercept)
  return { weight: repaired, shift, error: whole > 0 ? Math.min(1, Math.max(0, missing / whole)) : 0 }
}

/** trace(A C A'). */
function trace(a: Matrix, c: Matrix): number {
  const product = a.mmul(c)
  let sum = 0
  for (let r = 0; r < a.rows; r++) for (let j = 0; j < a.columns; j++) sum += product.get(r, j) * a.get(r, j)
  return sum
}

/** Total variance (or raw energy, without an intercept) of the layer's outputs. */
export function outputEnergy(weight: Float64Array, moments: Moments, intercept: boolean): number {
  const { columns } = moments
  let sum = 0
  for (let r = 0; r < weight.length; r += columns) {
    for (let i = 0; i < columns; i++) {
      const w = weight[r + i]!
      if (w === 0) continue
      let inner = 0
      for (let j = 0; j < columns; j++) inner += covariance(moments, i, j, intercept) * weight[r + j]!
      sum += w * inner
    }
  }
  return sum
}
