import { add, customGrad, type GradSaveFunc, matMul, sum, type Tensor, type Tensor2D, transpose } from '../tf.js'

/** The WASM backend multiplies transposed operands ten times slower than it transposes and multiplies. */
const product = customGrad((...args: unknown[]) => {
  const [x, w, save] = args as [Tensor2D, Tensor2D, GradSaveFunc]
  save([x, w])
  return {
    value: matMul(x, w),
    gradFunc(dy: Tensor, saved: Tensor[]) {
      const [input, weight] = saved as [Tensor2D, Tensor2D]
      return [matMul(dy as Tensor2D, transpose(weight)), matMul(transpose(input), dy as Tensor2D)]
    },
  }
})

const shifted = customGrad((...args: unknown[]) => {
  const [x, b] = args as [Tensor2D, Tensor, GradSaveFunc]
  return { value: add(x, b), gradFunc: (dy: Tensor) => [dy, sum(dy, 0)] }
})

/** x W + b: [n, k] by [k, m] and [m] to [n, m], with gradients for all three. */
export function dense(x: Tensor2D, w: Tensor2D, b?: Tensor): Tensor2D {
  const multiplied = product(x, w) as Tensor2D
  return b === undefined ? multiplied : (shifted(multiplied, b) as Tensor2D)
}
