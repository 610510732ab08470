import {
  clipByValue,
  div,
  equal,
  fill,
  less,
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
  /** How far neighbours lie apart; of 2, there are only the two. */
  readonly apart: 1 | 2
}

/** What a step of 0 (of a channel that is all zero) is divided by instead. */
const TINY = 1e-30

/**
 * step x clamp(round(x / step), low, high), rounding half to even, with the gradients of LSQ (Esser et al. 2020, eq. 3 and
 * 5) before they are scaled: for x straight through within the grid's limits, which count as within, and 0 beyond them; for
 * the step the rounding error in steps, and beyond the limits the limit. Of a grid of two points x takes the sign, with the
 * same gradients for x (Courbariaux et al. 2016, section 1.3) and the sign for the step.
 * @param step one element, or a shape that spreads over x
 */
export function fakeQuantize(
  x: Tensor,
  step: Tensor,
  { low, high, apart }: Grid,
  constants: Constants = [],
): Tensor {
  return differentiable(
    [x, step],
    () => {
      const inSteps = div(x, maximum(step, TINY))
      const rounded = (u: Tensor) =>
        apart === 2
          ? where(less(u, 0), fill(u.shape, low), fill(u.shape, high))
          : round(clipByValue(u, low, high))
      const value = mul(rounded(inSteps), step)
      return {
        value,
        saved: [inSteps],
        gradients: (dy, [u]) => {
          const clipped = clipByValue(u!, low, high)
          const within = equal(clipped, u!)
          return [
            () => where(within, dy, zerosLike(dy)),
            () => {
              const integers = rounded(u!)
              const perStep = apart === 2 ? integers : where(within, sub(integers, u!), integers)
              return summedLike(mul(dy, perStep), step.shape)
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
