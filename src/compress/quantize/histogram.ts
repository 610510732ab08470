import { GraphError } from '../../graph/types.js'

/** Bits of a float32 that tell a bin: sign, exponent and the first six of the fraction. */
const KEPT = 15
const DROPPED = 32 - KEPT
const BINS = 2 ** KEPT

/**
 * How often a value took which numbers. The bins are a float32's own: 64 in every power of two, on each side of zero. So
 * memory does not depend on how many numbers were seen nor on their range, an outlier takes no precision from the rest,
 * and the order in which numbers come makes no difference.
 */
export interface Histogram {
  /** Of the numbers seen; 0 before the first. */
  readonly min: number
  readonly max: number
  readonly total: number
  /** Numbers in each bin, by the upper bits of a float32. */
  readonly counts: Float64Array
}

/** A histogram of no numbers yet. */
export function emptyHistogram(): Histogram {
  return { min: 0, max: 0, total: 0, counts: new Float64Array(BINS) }
}

/**
 * Counts numbers in place, and returns the histogram with its new ends.
 * @param what the value they are of, for the error
 * @throws GraphError for a number that is not finite.
 */
export function addNumbers(histogram: Histogram, numbers: Float32Array, what: string): Histogram {
  if (numbers.length === 0) return histogram
  const { counts, total } = histogram
  let [min, max] = total === 0 ? [numbers[0]!, numbers[0]!] : [histogram.min, histogram.max]
  let sum = 0
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length)
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i]!
    if (x < min) min = x
    if (x > max) max = x
    sum += x - x
    const bin = bits[i]! >>> DROPPED
    counts[bin] = counts[bin]! + 1
  }
  if (sum !== 0) throw new GraphError(`value ${what}: not finite on calibration samples`)
  return { min, max, total: total + numbers.length, counts }
}

/** The histogram of what two have seen. */
export function mergeHistograms(a: Histogram, b: Histogram): Histogram {
  if (a.total === 0) return b
  if (b.total === 0) return a
  return {
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    total: a.total + b.total,
    counts: a.counts.map((count, i) => count + b.counts[i]!),
  }
}

/** A bin that holds numbers, from `low` to `high`, cut at the ends of what was seen. */
export interface Bin {
  readonly low: number
  readonly high: number
  readonly count: number
}

/** The bins that hold numbers, from the lowest up. */
export function binsOf({ counts, min, max }: Histogram): Bin[] {
  const half = BINS / 2
  const edge = (index: number) => new Float32Array(Uint32Array.of(index << DROPPED).buffer)[0]!
  const bins: Bin[] = []
  const add = (low: number, high: number, count: number) => {
    if (count > 0) bins.push({ low: Math.max(low, min), high: Math.min(high, max), count })
  }
  for (let i = half - 1; i >= 0; i--) add(-edge(i + 1), -edge(i), counts[half + i]!)
  for (let i = 0; i < half; i++) add(edge(i), edge(i + 1), counts[i]!)
  return bins
}
