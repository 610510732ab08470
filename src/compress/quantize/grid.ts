import { integerRange } from '../../graph/fake-quantize.js'

/** The interval of numbers that a quantiser tells apart; what lies outside is clipped. It holds 0. */
export interface Range {
  readonly low: number
  readonly high: number
}

/** The grid of an activation: `scale` x (integer - `zero`). */
export interface Grid {
  readonly scale: number
  readonly zero: number
}

/** Below, a step would be so small that dividing by it leaves float32. */
const SMALLEST_STEP = 2 ** -100

/**
 * The grid of unsigned integers over a range. Zero is one of its points, so that padding and what a ReLU cuts off stay
 * exact; a range of nothing but zero has a step of 1.
 */
export function gridOf({ low, high }: Range, bits: number): Grid {
  const levels = integerRange({ bits, signed: false }).high
  const scale = Math.fround((Math.max(high, 0) - Math.min(low, 0)) / levels)
  if (!(scale >= SMALLEST_STEP)) return { scale: 1, zero: 0 }
  return { scale, zero: Math.min(levels, Math.max(0, Math.round(-Math.min(low, 0) / scale))) }
}

/** The ends of a grid as numbers. */
export function endsOf({ scale, zero }: Grid, bits: number): Range {
  return { low: -zero * scale, high: (integerRange({ bits, signed: false }).high - zero) * scale }
}
