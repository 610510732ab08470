import type { Calculation, Value } from '../src/runtime/calculation.js'

const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

/**
 * Added to every gradient, far below what moves a parameter: without it, the mean of a unit that never fires halves until
 * it is a subnormal number, with which processors compute many times more slowly.
 */
const TINY = 1e-17

/** Parameters with the running means of their gradient and of its square, each one vector. */
export interface Optimized<T> {
  readonly parameters: T
  readonly mean: T
  readonly square: T
}

/** What takes the bias from the running means at a step, from 1: a factor of the learning rate. */
export function biasCorrection(step: number): number {
  return Math.sqrt(1 - BETA2 ** step) / (1 - BETA1 ** step)
}

/** One step of Adam (Kingma & Ba 2015, algorithm 1) at a bias-corrected rate. */
export function adamStep(
  c: Calculation,
  { parameters, mean, square }: Optimized<Value>,
  gradient: Value,
  rate: Value,
): Optimized<Value> {
  const g = c.add(gradient, c.constant(TINY))
  const m = c.add(c.scale(mean, BETA1), c.scale(g, 1 - BETA1))
  const v = c.add(c.scale(square, BETA2), c.scale(c.square(g), 1 - BETA2))
  const step = c.mul(c.div(m, c.add(c.sqrt(v), c.constant(EPSILON))), rate)
  return { parameters: c.sub(parameters, step), mean: m, square: v }
}
