import { quantileSorted } from 'simple-statistics'
import type { Spread } from '../latency/profile.js'

/** Median, 10th and 90th percentile of some times. @throws RangeError for none. */
export function spreadOf(times: ArrayLike<number>): Spread {
  const sorted = Array.from(times).sort((a, b) => a - b)
  if (sorted.length === 0) throw new RangeError('no times')
  const at = (share: number) => quantileSorted(sorted, share)
  return { median: at(0.5), p10: at(0.1), p90: at(0.9), n: sorted.length }
}

/** Half the width of the median's 95 % confidence interval, from order statistics, as a share of the median. */
export function medianError(times: ArrayLike<number>): number {
  const sorted = Array.from(times).sort((a, b) => a - b)
  const reach = 0.98 / Math.sqrt(sorted.length)
  const [low, high] = [Math.max(0, 0.5 - reach), Math.min(1, 0.5 + reach)]
  return (quantileSorted(sorted, high) - quantileSorted(sorted, low)) / 2 / quantileSorted(sorted, 0.5)
}
