import { add, div, mul, sqrt, square, sub, type Tensor, tidy, variable, zerosLike } from '../tensor/tf.js'
import type { Rule } from './rule.js'

/** Share of the squared gradients' mean that stays, and what keeps its root off zero. */
const MEMORY = 0.999
const EPSILON = 1e-8

/**
 * Adam (Kingma & Ba 2015) with weight decay apart from the gradient (Loshchilov & Hutter 2019), as PyTorch formulates it;
 * the pace's momentum is the first beta. A schedule may change it from step to step: the mean is freed of its start at zero
 * by the product of all betas so far, which is beta^t where they are equal.
 */
export function adamw(decay: Tensor, reach: Tensor | null): Rule {
  const mean = tidy(() => variable(zerosLike(decay), false))
  const squares = tidy(() => variable(zerosLike(decay), false))
  let startOfMean = 1
  let startOfSquares = 1
  return {
    move(values, gradient, { rate, momentum }) {
      startOfMean *= momentum
      startOfSquares *= MEMORY
      mean.assign(add(mul(mean, momentum), mul(gradient, 1 - momentum)))
      squares.assign(add(mul(squares, MEMORY), mul(square(gradient), 1 - MEMORY)))
      const spread = add(sqrt(div(squares, 1 - startOfSquares)), EPSILON)
      const pulled = sub(values, mul(values, mul(decay, rate)))
      const step = mul(div(mean, spread), rate / (1 - startOfMean))
      return sub(pulled, reach === null ? step : mul(step, reach))
    },
    dispose() {
      for (const own of [mean, squares]) own.dispose()
    },
  }
}
