import { add, matMul, type Tensor, type Tensor2D, transpose } from '../tf.js'
import { channelSum } from './channel-sum.js'
import { type Constants, type Differentiated, differentiable } from './custom.js'

/**
 * x W + b: [n, k] by [k, m] and [m] to [n, m], with gradients for all three. The WASM backend multiplies transposed
 * operands ten times slower than it transposes and multiplies.
 *
 * @param constants those of x and w that need no gradient
 */
export function dense(x: Tensor2D, w: Tensor2D, b?: Tensor, constants: Constants = []): Tensor2D {
  const compute = (): Differentiated => ({
    value: matMul(x, w),
    saved: [x, w],
    gradients(dy, saved) {
      const [input, weight] = saved as [Tensor2D, Tensor2D]
      return [() => matMul(dy as Tensor2D, transpose(weight)), () => matMul(transpose(input), dy as Tensor2D)]
    },
  })
  const product = differentiable([x, w], compute, constants) as Tensor2D
  return b === undefined ? product : (addBias(product, b) as Tensor2D)
}

/** Adds one value a channel along the last axis. */
export function addBias(x: Tensor, b: Tensor): Tensor {
  return differentiable([x, b], () => ({
    value: add(x, b),
    saved: [],
    gradients: dy => [() => dy, () => channelSum(dy)],
  }))
}
