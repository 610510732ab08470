import type { Random } from '../src/random.js'

/** A bin, and the logarithm of the probability with which it was chosen. */
export interface Chosen {
  readonly bin: number
  /** In single precision, as it is saved. */
  readonly log: number
}

/** The position in [0,1] that a bin stands for: the ends and, where their number is odd, one half are among them. */
export function binPosition(bin: number, bins: number): number {
  return bin / (bins - 1)
}

/** Logits of a normal about one half over the bins. */
export function logitsAroundMiddle(bins: number, deviation: number): number[] {
  return Array.from({ length: bins }, (_, bin) => -0.5 * ((binPosition(bin, bins) - 0.5) / deviation) ** 2)
}

/** A bin drawn by the softmax of logits. */
export function drawBin(logits: ArrayLike<number>, random: Random): Chosen {
  const values = Array.from(logits)
  const most = Math.max(...values)
  const weights = values.map(logit => Math.exp(logit - most))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let left = random.uniform() * total
  // What rounding leaves over goes to the last.
  let bin = 0
  while (bin < weights.length - 1 && left >= weights[bin]!) left -= weights[bin++]!
  return { bin, log: Math.fround(values[bin]! - most - Math.log(total)) }
}
