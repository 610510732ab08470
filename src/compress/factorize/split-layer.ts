import { Matrix } from 'ml-matrix'
import type { Node } from '../../graph/types.js'
import { factorize, solveRows } from '../cholesky.js'
import type { SplittableLayer } from './layers.js'
import { leading, type Principal, principal } from './principal.js'
import { formOf, fullRank, inputRank, type SplitForm } from './split-cost.js'
import { meanShift, type SplitSystem } from './system.js'
import { alongAxis, densePair, pointwise, sameWindow, type ThinLayer } from './thin-nodes.js'

/** A layer as thin ones. */
export interface LayerSplit {
  readonly thin: readonly ThinLayer[]
  /** To be added to the bias, [rows]; null where it stays. */
  readonly shift: readonly number[] | null
}

/**
 * A layer split at a rank. Where moments of its inputs are known, the error of its outputs is least, else that of its weights:
 * exactly so for the form `outputs`, stage after stage for the others.
 * @param outputs the layer's principal directions, where they are known already
 */
export function splitLayer(
  node: Node,
  layer: SplittableLayer,
  system: SplitSystem,
  { form, rank }: { readonly form: SplitForm; readonly rank: number },
  outputs = () => principal(system.weight, system.covariance),
): LayerSplit {
  const within = Math.min(rank, fullRank(layer, form))
  switch (formOf(layer, form)) {
    case 'outputs':
      return byOutputs(node, layer, system, outputs(), within)
    case 'tucker':
      return byTucker(node, layer, system, within)
    case 'spatial':
      return bySpace(node, layer, system, within)
  }
}

/** W as (U S) (S^-1 U' W), U the first directions and S such that both factors are of one size, which training likes. */
function byOutputs(
  node: Node,
  layer: SplittableLayer,
  system: SplitSystem,
  outputs: Principal,
  rank: number,
): LayerSplit {
  const second = leading(outputs, rank)
  const first = second.transpose().mmul(system.weight)
  const shift = meanShift(system, second.mmul(first))
  for (let r = 0; r < rank; r++) {
    const scale = Math.sqrt(Math.hypot(...first.getRow(r))) || 1
    first.mulRow(r, 1 / scale)
    second.mulColumn(r, scale)
  }
  if (layer.kernel.length === 0) return { thin: densePair(node, layer, first, second), shift }
  return { thin: [sameWindow(node, first, layer.kernel), pointwise(second)], shift }
}

/** Rounds of higher-order orthogonal iteration (De Lathauwer et al. 2000) after the first guess. */
const ROUNDS = 2

/** Tucker-2: directions of the inputs and of the outputs in turn, then the core that fits best between them. */
function byTucker(node: Node, layer: SplittableLayer, system: SplitSystem, rank: number): LayerSplit {
  const { weight, covariance } = system
  const { cells, kernel } = layer
  const before = inputRank(layer, rank)
  let made = leading(principal(weight, covariance), rank)
  let read = inputDirections(weight, cells, before)
  for (let round = 0; round < ROUNDS; round++) {
    read = inputDirections(made.transpose().mmul(weight), cells, before)
    const narrow = onChannels(read, cells)
    made = leading(principal(weight.mmul(narrow.transpose()), projected(narrow, covariance)), rank)
  }
  const narrow = onChannels(read, cells)
  const core = made.transpose().mmul(refit(system, narrow))
  const shift = meanShift(system, made.mmul(core).mmul(narrow))
  return { thin: [pointwise(read), sameWindow(node, core, kernel), pointwise(made)], shift }
}

/** The first directions of W's input channels, [count, channels]. */
function inputDirections(weight: Matrix, cells: number, count: number): Matrix {
  const channels = weight.columns / cells
  const unfolded = Matrix.zeros(channels, weight.rows * cells)
  for (let row = 0; row < weight.rows; row++)
    for (let column = 0; column < weight.columns; column++) {
      const cell = column % cells
      unfolded.set((column - cell) / cells, row * cells + cell, weight.get(row, column))
    }
  return leading(principal(unfolded, null), count).transpose()
}

/** A map of channels, [few, channels], as one of patches, [few x cells, channels x cells]. */
function onChannels(map: Matrix, cells: number): Matrix {
  return map.kroneckerProduct(Matrix.eye(cells))
}

function projected(map: Matrix, covariance: Matrix | null): Matrix | null {
  return covariance === null ? null : map.mmul(covariance).mmul(map.transpose())
}

/** G for which G z, z = P x, is nearest to W x: W C P' (P C P')^-1. The rows of P are orthonormal. */
function refit({ weight, covariance }: SplitSystem, map: Matrix): Matrix {
  if (covariance === null) return weight.mmul(map.transpose())
  const spread = covariance.mmul(map.transpose())
  const system = Float64Array.from(map.mmul(spread).to1DArray())
  const fitted = Float64Array.from(weight.mmul(spread).to1DArray())
  factorize(system, map.rows)
  solveRows(system, map.rows, fitted)
  return Matrix.from1DArray(weight.rows, map.rows, fitted)
}

/**
 * A column of the kernel, then a row: the first makes `rank` channels of the directions in which the kernels' columns vary
 * most, the second is fitted to what they make.
 */
function bySpace(node: Node, layer: SplittableLayer, system: SplitSystem, rank: number): LayerSplit {
  const [height = 1, width = 1] = layer.kernel
  const channels = layer.columns / layer.cells
  const { weight } = system
  const columns = Matrix.zeros(channels * height, layer.rows * width)
  for (let row = 0; row < layer.rows; row++)
    for (let c = 0; c < channels * height; c++)
      for (let x = 0; x < width; x++) columns.set(c, row * width + x, weight.get(row, c * width + x))
  const first = leading(principal(columns, null), rank).transpose()
  // At each place of a row, the columns of the patch below it: [rank x width, channels x height x width].
  const map = first.kroneckerProduct(Matrix.eye(width))
  const second = refit(system, map)
  const shift = meanShift(system, second.mmul(map))
  return { thin: [alongAxis(node, 0, first, height), alongAxis(node, 1, second, width)], shift }
}
