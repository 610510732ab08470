import { divergence } from './divergence.js'
import { endsOf, gridOf, type Range } from './grid.js'
import { type Bin, binsOf, type Histogram } from './histogram.js'

/** How the range of an activation is chosen from what it was on calibration samples. */
export const rangeMethods = ['minmax', 'percentile', 'mse', 'kl'] as const

export type RangeMethod = (typeof rangeMethods)[number]

/** The share of all numbers that `percentile` leaves out at each end. */
const LEFT_OUT = 1e-4

/**
 * The range of an activation. `minmax` is all that was seen; `percentile` leaves out a ten-thousandth at each end; `mse`
 * has the least squared error of rounding and clipping; `kl` the least divergence between what was seen and what is left
 * of it (after TensorRT's entropy calibration, Migacz 2017). It always holds 0. A value that was never seen, or was one number
 * alone, has the range from 0 to there.
 */
export function rangeOf(histogram: Histogram, method: RangeMethod, bits: number): Range {
  const known = found.get(histogram) ?? new Map<string, Range>()
  const key = `${method} ${bits}`
  const range = known.get(key) ?? searchRange(histogram, method, bits)
  found.set(histogram, known.set(key, range))
  return range
}

/** A search asks for the ranges of the same few histograms at every candidate. */
const found = new WeakMap<Histogram, Map<string, Range>>()

function searchRange(histogram: Histogram, method: RangeMethod, bits: number): Range {
  const whole = { low: Math.min(0, histogram.min), high: Math.max(0, histogram.max) }
  if (whole.low === whole.high) return whole
  switch (method) {
    case 'minmax':
      return whole
    case 'percentile': {
      const bins = binsOf(histogram)
      return {
        low: Math.min(0, quantile(bins, histogram.total, LEFT_OUT)),
        high: Math.max(0, quantile(bins, histogram.total, 1 - LEFT_OUT)),
      }
    }
    case 'mse': {
      const bins = binsOf(histogram)
      return best(whole, range => squaredError(bins, range, bits))
    }
    case 'kl': {
      const bins = binsOf(histogram)
      return best(whole, range => divergence(bins, range, bits))
    }
  }
}

/** The share of what was seen that lies outside a range, in [0,1]; exact but for the bins of its ends. */
export function clippedShare(histogram: Histogram, { low, high }: Range): number {
  if (histogram.total === 0) return 0
  const outside = binsOf(histogram).filter(bin => bin.high < low || bin.low > high)
  return outside.reduce((sum, { count }) => sum + count, 0) / histogram.total
}

/** The number below which a share of all lies, evenly spread within a bin. */
function quantile(bins: readonly Bin[], total: number, share: number): number {
  let below = 0
  for (const { low, high, count } of bins) {
    if (below + count >= share * total) return low + (high - low) * ((share * total - below) / count)
    below += count
  }
  return bins.at(-1)?.high ?? 0
}

/** How far limits go down from the largest number, in halvings; and into how many steps the best halving is cut. */
const HALVINGS = 16
const STEPS = 8

/** The range of the least cost: of limits a halving apart first, then of those between the best one's neighbours. */
function best(whole: Range, cost: (range: Range) => number): Range {
  let [found, least, at] = [whole, Number.POSITIVE_INFINITY, 0]
  const largest = Math.max(-whole.low, whole.high)
  const attempt = (halvings: number) => {
    const limit = largest * 2 ** -halvings
    const range = { low: Math.max(whole.low, -limit), high: Math.min(whole.high, limit) }
    const own = cost(range)
    if (own < least) [found, least, at] = [range, own, halvings]
  }
  for (let halving = 0; halving <= HALVINGS; halving++) attempt(halving)
  const coarse = at
  for (let step = 1 - STEPS; step < STEPS; step++)
    if (step !== 0 && coarse + step / STEPS > 0) attempt(coarse + step / STEPS)
  return found
}

/** Points of a bin at which the error is looked at. */
const POINTS = [1 / 8, 3 / 8, 5 / 8, 7 / 8]

function squaredError(bins: readonly Bin[], range: Range, bits: number): number {
  const grid = gridOf(range, bits)
  const { low: first, high: last } = endsOf(grid, bits)
  let sum = 0
  for (const { low, high, count } of bins) {
    let error = 0
    for (const point of POINTS) {
      const x = low + (high - low) * point
      const inside = Math.min(last, Math.max(first, x))
      error += (Math.round(inside / grid.scale) * grid.scale - x) ** 2
    }
    sum += (error / POINTS.length) * count
  }
  return sum
}
