import type { Random } from '../../random.js'

/** Where the centres of clusters start (Han et al. 2016, section 3.1). */
export const startNames = ['linear', 'density', 'random'] as const

export type Start = (typeof startNames)[number]

/**
 * The first `k` centres for ascending numbers: evenly spaced from the least to the largest, which keeps the few large ones
 * apart; at evenly spaced shares of the numbers; or at numbers drawn at random.
 */
export function startsOf(sorted: Float32Array, k: number, start: Start, random: Random): Float64Array {
  const n = sorted.length
  const [least, largest] = [sorted[0]!, sorted[n - 1]!]
  switch (start) {
    case 'linear':
      return Float64Array.from({ length: k }, (_, j) =>
        k === 1 ? (least + largest) / 2 : least + ((largest - least) * j) / (k - 1),
      )
    case 'density':
      return Float64Array.from({ length: k }, (_, j) => sorted[Math.floor(((j + 0.5) * n) / k)]!)
    case 'random':
      return Float64Array.from({ length: k }, () => sorted[random.below(n)]!).sort()
  }
}
