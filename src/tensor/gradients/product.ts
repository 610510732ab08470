import { elementCount } from '../../graph/tensor.js'
import { concat, getBackend, matMul, reshape, split, type Tensor, type Tensor2D, transpose } from '../tf.js'
import { broadcastTo, commonShape, sumTo } from './broadcast.js'
import { type Constants, differentiable } from './custom.js'
import { dense } from './dense.js'

/**
 * Stacks of matrices, [..., m, k] by [..., k, n], their leading axes broadcast to each other. One matrix for a whole stack
 * is one product of all its rows.
 *
 * @param constants those of a and b that need no gradient
 */
export function product(a: Tensor, b: Tensor, constants: Constants = []): Tensor {
  if (b.rank === 2) {
    const rows = reshape(a, [-1, a.shape.at(-1)!]) as Tensor2D
    const fixed = [...(constants.includes(a) ? [rows] : []), ...(constants.includes(b) ? [b] : [])]
    return reshape(dense(rows, b as Tensor2D, undefined, fixed), [...a.shape.slice(0, -1), b.shape[1]!])
  }
  const stack = commonShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  return differentiable(
    [a, b],
    () => ({
      value: stacked(a, b, stack),
      saved: [a, b],
      gradients: (dy, [x, y]) => [
        () => sumTo(stacked(dy, exchanged(y!), stack), x!.shape),
        () => sumTo(stacked(exchanged(x!), dy, stack), y!.shape),
      ],
    }),
    constants,
  )
}

/** [..., m, n] with its last two axes exchanged. The WASM backend multiplies transposed operands far slower than this. */
export function exchanged(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis)
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2])
}

function stacked(a: Tensor, b: Tensor, stack: readonly number[]): Tensor {
  const flat = (x: Tensor) => {
    const matrix = x.shape.slice(-2)
    return reshape(broadcastTo(x, [...stack, ...matrix]), [elementCount(stack), ...matrix])
  }
  const made = multiplied(flat(a), flat(b))
  return reshape(made, [...stack, ...made.shape.slice(-2)])
}

/** Multiplications from which a product is worth a call of its own. */
const LARGE = 1 << 17

/** The WASM backend multiplies a stack by a kernel four times as slow as the one for two matrices, but in one call. */
function multiplied(a: Tensor, b: Tensor): Tensor {
  const [count = 1, m = 1, k = 1] = a.shape
  const n = b.shape[2] ?? 1
  if (getBackend() !== 'wasm' || m * k * n < LARGE) return matMul(a, b)
  const [lefts, rights] = [split(reshape(a, [count * m, k]), count), split(reshape(b, [count * k, n]), count)]
  const products = lefts.map((left, i) => matMul(left, rights[i]!))
  return reshape(concat(products, 0), [count, m, n])
}
