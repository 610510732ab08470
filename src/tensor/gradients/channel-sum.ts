import { isNative } from '../native/execute.js'
import { avgPool, div, fill, matMul, reshape, sum, type Tensor, type Tensor2D, type Tensor4D } from '../tf.js'

/** Sums over all axes but the last, [..., c] -> [c]. */
export function channelSum(x: Tensor): Tensor {
  return scaledSum(x, 1)
}

/** Means over all axes but the last, [..., c] -> [c]. */
export function channelMean(x: Tensor): Tensor {
  return scaledSum(x, (x.shape.at(-1) ?? 1) / x.size)
}

/**
 * A global average pool first, then a product with a row of the factor: the WASM backend's own reduction over leading axes
 * transposes its whole input, and a product with all rows packs it.
 */
function scaledSum(x: Tensor, factor: number): Tensor {
  if (isNative()) {
    const sums = sum(x, [...Array(x.rank - 1).keys()])
    return factor === 1 ? sums : div(sums, 1 / factor)
  }
  const channels = x.shape.at(-1) ?? 1
  const [, height = 1, width = 1] = x.shape
  const pooled = x.shape.length === 4 && height * width > 1
  const cells = pooled ? height * width : 1
  const rows = pooled
    ? reshape(avgPool(x as Tensor4D, [height, width], 1, 'valid'), [-1, channels])
    : reshape(x, [-1, channels])
  const factors = fill([1, rows.shape[0] ?? 1], cells * factor) as Tensor2D
  return reshape(matMul(factors, rows as Tensor2D), [channels])
}
