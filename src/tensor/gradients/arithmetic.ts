import {
  add as addition,
  cast,
  div as division,
  greaterEqual,
  maximum as larger,
  mul as multiplication,
  neg,
  sub as subtraction,
  type Tensor,
  where,
  zerosLike,
} from '../tf.js'
import { sumTo } from './broadcast.js'
import { type Constants, differentiable } from './custom.js'

/**
 * Element-wise functions with broadcasting. TF.js's gradients sum over broadcast axes in the slowest way, and those of
 * maximum and minimum not at all.
 */
type Binary = (a: Tensor, b: Tensor, constants?: Constants) => Tensor

export const add: Binary = (a, b, constants = []) =>
  differentiable(
    [a, b],
    () => ({
      value: addition(a, b),
      saved: [],
      gradients: dy => [() => sumTo(dy, a.shape), () => sumTo(dy, b.shape)],
    }),
    constants,
  )

export const sub: Binary = (a, b, constants = []) =>
  differentiable(
    [a, b],
    () => ({
      value: subtraction(a, b),
      saved: [],
      gradients: dy => [() => sumTo(dy, a.shape), () => neg(sumTo(dy, b.shape))],
    }),
    constants,
  )

export const mul: Binary = (a, b, constants = []) =>
  differentiable(
    [a, b],
    () => ({
      value: multiplication(a, b),
      saved: [a, b],
      gradients: (dy, [x, y]) => [
        () => sumTo(multiplication(dy, y!), x!.shape),
        () => sumTo(multiplication(dy, x!), y!.shape),
      ],
    }),
    constants,
  )

export const div: Binary = (a, b, constants = []) =>
  differentiable(
    [a, b],
    () => ({
      value: division(a, b),
      saved: [a, b],
      gradients: (dy, [x, y]) => [
        () => sumTo(division(dy, y!), x!.shape),
        () => neg(sumTo(division(multiplication(dy, x!), multiplication(y!, y!)), y!.shape)),
      ],
    }),
    constants,
  )

/** The larger of two; equal ones share no gradient, the first has it. */
export const maximum: Binary = (a, b, constants = []) =>
  differentiable(
    [a, b],
    () => ({
      value: larger(a, b),
      saved: [a, b],
      gradients(dy, [x, y]) {
        const first = () => multiplication(dy, cast(greaterEqual(x!, y!), 'float32'))
        return [() => sumTo(first(), x!.shape), () => sumTo(subtraction(dy, first()), y!.shape)]
      },
    }),
    constants,
  )

/** a where the condition holds, else b; all three of one shape. */
export function choose(condition: Tensor, a: Tensor, b: Tensor, constants: Constants = []): Tensor {
  return differentiable(
    [a, b],
    () => ({
      value: where(condition, a, b),
      saved: [condition],
      gradients: (dy, [chosen]) => [
        () => where(chosen!, dy, zerosLike(dy)),
        () => where(chosen!, zerosLike(dy), dy),
      ],
    }),
    constants,
  )
}
