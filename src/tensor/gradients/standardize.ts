import { add, mean, mul, rsqrt, square, sub, type Tensor } from '../tf.js'
import { differentiable } from './custom.js'

/**
 * (x - mean) / sqrt(variance + epsilon) of each row of [rows, d] (Ba et al. 2016). One operation with its closed-form
 * gradient, dx = inverse (dy - mean(dy) - y mean(dy y)).
 */
export function standardize(x: Tensor, epsilon: number): Tensor {
  return differentiable([x], () => {
    const centred = sub(x, mean(x, 1, true))
    const inverse = rsqrt(add(mean(square(centred), 1, true), epsilon))
    const value = mul(centred, inverse)
    return {
      value,
      saved: [value, inverse],
      gradients: (dy, [y, factor]) => [
        () => {
          const along = mul(y!, mean(mul(dy, y!), 1, true))
          return mul(sub(sub(dy, mean(dy, 1, true)), along), factor!)
        },
      ],
    }
  })
}
