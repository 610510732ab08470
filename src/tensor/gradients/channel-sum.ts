import { isNative } from '../native/execute.js'
import { avgPool, matMul, mul, ones, reshape, sum, type Tensor, type Tensor2D, type Tensor4D } from '../tf.js'

/**
 * Sums over all axes but the last, [..., c] -> [c]. A global average pool first, then a product with a row of ones: the
 * WASM backend's own reduction over leading axes transposes its whole input, and a product with all rows packs it.
 */
export function channelSum(x: Tensor): Tensor {
  if (isNative()) return sum(x, [...Array(x.rank - 1).keys()])
  const channels = x.shape.at(-1) ?? 1
  const [, height = 1, width = 1] = x.shape
  const pooled = x.shape.length === 4 && height * width > 1
  const cells = pooled ? height * width : 1
  const rows = pooled
    ? reshape(avgPool(x as Tensor4D, [height, width], 1, 'valid'), [-1, channels])
    : reshape(x, [-1, channels])
  const sums = matMul(ones([1, rows.shape[0] ?? 1]) as Tensor2D, rows as Tensor2D)
  return reshape(mul(sums, cells), [channels])
}
