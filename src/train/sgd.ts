import { add, mul, sub, type Tensor, tidy, variable, zerosLike } from '../tensor/tf.js'
import type { Rule } from './rule.js'

/** Stochastic gradient descent with Nesterov momentum (Sutskever et al. 2013), as PyTorch formulates it. */
export function sgd(decay: Tensor): Rule {
  const velocity = tidy(() => variable(zerosLike(decay), false))
  return {
    move(values, raw, { rate, momentum }) {
      const gradient = add(raw, mul(values, decay))
      velocity.assign(add(mul(velocity, momentum), gradient))
      return sub(values, mul(add(gradient, mul(velocity, momentum)), rate))
    },
    dispose: () => velocity.dispose(),
  }
}
