import { Matrix } from 'ml-matrix'
import type { Tensor } from '../../graph/types.js'
import { weightMatrix } from '../layer.js'
import { leastSquares, ridgeOf } from '../least-squares.js'
import type { Moments } from '../moments.js'
import type { SplittableLayer } from './layers.js'

/** A layer y = W x + b with what is known of its inputs. */
export interface SplitSystem {
  /** W, [rows, columns]. */
  readonly weight: Matrix
  /**
   * Covariance of the inputs, [columns, columns]; their raw second moments where the layer has no bias that could make up for
   * a mean; null where nothing is known of them.
   */
  readonly covariance: Matrix | null
  /** Mean of the inputs where the bias may make up for it, [columns, 1]. */
  readonly mean: Matrix | null
}

export function splitSystem(
  layer: SplittableLayer,
  tensor: Tensor,
  moments: Moments | undefined,
): SplitSystem {
  const matrix = weightMatrix(layer, tensor)
  const weight = Matrix.from1DArray(layer.rows, layer.columns, matrix)
  if (moments === undefined || moments.columns !== layer.columns)
    return { weight, covariance: null, mean: null }
  const { covariance, intercept } = leastSquares(matrix, moments, layer.bias !== null)
  // Directions in which calibration saw nothing count a little, so that the weights decide between them.
  const ridge = ridgeOf(covariance, layer.columns)
  for (let i = 0; i < layer.columns; i++) covariance[i * (layer.columns + 1)]! += ridge
  return {
    weight,
    covariance: Matrix.from1DArray(layer.columns, layer.columns, covariance),
    mean: intercept ? Matrix.columnVector(moments.mean) : null,
  }
}

/** What a bias must gain for the outputs to keep their mean when W becomes `product`, [rows]; null where it must not change. */
export function meanShift({ weight, mean }: SplitSystem, product: Matrix): readonly number[] | null {
  return mean === null ? null : Matrix.sub(weight, product).mmul(mean).to1DArray()
}
