import {
  clipByValue,
  div,
  equal,
  maximum,
  mul,
  round,
  sub,
  sum,
  type Tensor,
  where,
  zerosLike,
} from '../tf.js'
import { type Constants, differentiable } from './custom.js'

/** The smallest and the largest integer of a grid, counted from the one that stands for 0. */
export interface Grid {
  readonly low: number
  readonly high: number
}

/** What a step of 0 (of a channel that is all zero) is divided by instead. */
const TINY = 1e-30

/**
 * step x clamp(round(x / step), low, high), rounding half to even, with the gradients of LSQ (Esser et al. 2020, eq. 3 and
 * 5) before they are scaled: for x straight through within the grid's limits, which count as within, and 0 beyond them; for
 * the step the rounding error in steps, and beyond the limits the limit.
 * @param step one element, or a shape that spreads over x
 */
export function fakeQuantize(
  x: Tensor,
  step: Tensor,
  { low, high }: Grid,
  constants: Constants = [],
): Tensor {
  return differentiable(
    [x, step],
    () => {
      const inSteps = div(x, maximum(step, TINY))
      const value = mul(round(clipByValue(inSteps, low, high)), step)
      return {
        value,
        saved: [inSteps],
        gradients: (dy, [u]) => {
          const clipped = clipByValue(u!, low, high)
          const within = equal(clipped, u!)
          return [
            () => where(within, dy, zerosLike(dy)),
            () => {
              const integers = round(clipped)
              return summedLike(mul(dy, where(within, sub(integers, u!), integers)), step.shape)
            },
          ]
        },
      }
    },
    constants,
  )
}

/** The sums over all axes that a shape spreads over. */
function summedLike(x: Tensor, shape: readonly number[]): Tensor {
  const offset = x.rank - shape.length
  const axes = x.shape.flatMap((_, axis) => (axis < offset || shape[axis - offset] === 1 ? [axis] : []))
  return sum(x, axes).reshape([...shape])
}
