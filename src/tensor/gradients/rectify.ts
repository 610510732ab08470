import { execute, isNative } from '../native/execute.js'
import { clipByValue, mul, relu, step, sub, type Tensor } from '../tf.js'
import type { Activation } from './affine.js'
import { differentiable } from './custom.js'

/** dL/dx of a clipping to [low, high] with the value y: the gradient where y is strictly between, else 0. */
function clipGradient(dy: Tensor, y: Tensor, low: number, high: number): Tensor {
  if (isNative() && low === 0 && (high === 6 || high === Number.POSITIVE_INFINITY))
    return execute(high === 6 ? 'Relu6Grad' : 'ReluGrad', [], [dy, y])[0]!
  const above = low === Number.NEGATIVE_INFINITY ? dy : mul(dy, step(low === 0 ? y : sub(y, low)))
  return high === Number.POSITIVE_INFINITY ? above : mul(above, step(sub(high, y)))
}

/** dL/dx of an activation with the value y. */
export function activationGradient(dy: Tensor, y: Tensor, activation: Activation): Tensor {
  if (activation === 'linear') return dy
  return clipGradient(dy, y, 0, activation === 'relu' ? Number.POSITIVE_INFINITY : 6)
}

/** min(max(x, low), high); the limits may be infinite. Its gradient reads the value alone, in a pass or two. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  return differentiable([x], () => {
    const value = low === 0 && high === Number.POSITIVE_INFINITY ? relu(x) : clipByValue(x, low, high)
    return { value, saved: [value], gradients: (dy, [y]) => [() => clipGradient(dy, y!, low, high)] }
  })
}
