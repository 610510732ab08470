import { EigenvalueDecomposition, type Matrix } from 'ml-matrix'

/** Directions of the outputs of y = W x, by how much of the outputs' energy lies in them. */
export interface Principal {
  /** One direction a column, orthonormal, [rows, rows]. */
  readonly directions: Matrix
  /** Energy along each, descending. */
  readonly energies: readonly number[]
}

/**
 * The principal directions of W C W'. Of all maps of rank r, projecting the outputs on the first r of them loses least: with C
 * the inputs' covariance least of the outputs' energy, with C = I least of the weights' own (Eckart & Young 1936), where the
 * energies are the squares of W's singular values.
 * @param covariance of the inputs, [columns, columns]; null for the identity
 */
export function principal(weight: Matrix, covariance: Matrix | null): Principal {
  const spread = covariance === null ? weight : weight.mmul(covariance)
  const found = new EigenvalueDecomposition(spread.mmul(weight.transpose()), { assumeSymmetric: true })
  const order = found.realEigenvalues.map((_, i) => i)
  order.sort((a, b) => found.realEigenvalues[b]! - found.realEigenvalues[a]!)
  const rows = order.map((_, i) => i)
  return {
    directions: found.eigenvectorMatrix.selection(rows, order),
    // Rounding may leave less than nothing.
    energies: order.map(i => Math.max(0, found.realEigenvalues[i]!)),
  }
}

/** The first `count` directions, [rows, count]. */
export function leading({ directions }: Principal, count: number): Matrix {
  return directions.subMatrix(0, directions.rows - 1, 0, count - 1)
}

/** Share of the energy that the directions behind the first `count` hold, in [0,1]. */
export function tailShare({ energies }: Principal, count: number): number {
  const sum = (from: number) => energies.slice(from).reduce((total, energy) => total + energy, 0)
  return sum(0) > 0 ? sum(count) / sum(0) : 0
}
