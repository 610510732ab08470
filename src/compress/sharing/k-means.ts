import type { Random } from '../../random.js'
import { type Start, startsOf } from './starts.js'

/** Rounds after which a search that has not settled ends. */
const ROUNDS = 500

/**
 * The centres, ascending, of at most `k` clusters of numbers by Lloyd's algorithm, run until no number changes its cluster.
 * On a line a cluster is a run of the sorted numbers: a round finds where each ends by bisection and its mean by running
 * sums, O(k log n). A cluster that has lost all its numbers starts again at the number that is furthest from its centre, so
 * none is empty. Numbers with no more than `k` values are their own centres.
 * @param numbers finite, one at least
 */
export function kMeans(numbers: Float32Array, k: number, start: Start, random: Random): Float64Array {
  const sorted = numbers.slice().sort()
  const own = distinct(sorted, k)
  if (own.length <= k) return own
  const sums = new Float64Array(sorted.length + 1)
  for (let i = 0; i < sorted.length; i++) sums[i + 1] = sums[i]! + sorted[i]!
  let centres = filled(sorted, startsOf(sorted, k, start, random), k)
  let before = ''
  for (let round = 0; round < ROUNDS; round++) {
    const ends = endsOf(sorted, centres)
    const now = ends.join()
    if (now === before) break
    before = now
    centres = filled(sorted, means(sorted, sums, ends), k)
  }
  return centres
}

/** The index of the centre nearest to each number; of two equally near, the lower. Centres ascend. */
export function nearest(numbers: Float32Array, centres: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(numbers, number => {
    let [low, high] = [0, centres.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (number > (centres[middle]! + centres[middle + 1]!) / 2) low = middle + 1
      else high = middle
    }
    return low
  })
}

/** The different values, up to one more than `most`. */
function distinct(sorted: Float32Array, most: number): Float64Array {
  const found: number[] = []
  for (const number of sorted) {
    if (number !== found.at(-1)) found.push(number)
    if (found.length > most) break
  }
  return Float64Array.from(found)
}

/** Where each centre's run of numbers ends. */
function endsOf(sorted: Float32Array, centres: Float64Array): Uint32Array {
  return Uint32Array.from(centres, (centre, j) => {
    const next = centres[j + 1]
    return next === undefined ? sorted.length : countUpTo(sorted, (centre + next) / 2)
  })
}

/** How many numbers are no larger than a limit. */
function countUpTo(sorted: Float32Array, limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/** The means of the runs that are not empty. Rounding must not take one past the numbers it is of. */
function means(sorted: Float32Array, sums: Float64Array, ends: Uint32Array): Float64Array {
  const found: number[] = []
  let first = 0
  for (const end of ends) {
    if (end === first) continue
    const mean = (sums[end]! - sums[first]!) / (end - first)
    found.push(Math.min(sorted[end - 1]!, Math.max(sorted[first]!, mean)))
    first = end
  }
  return Float64Array.from(found)
}

/** The centres that have numbers, and as many more as there should be, each where a number is furthest from all others. */
function filled(sorted: Float32Array, given: Float64Array, k: number): Float64Array {
  let centres = used(sorted, given)
  while (centres.length < k) {
    let [far, distance] = [0, -1]
    let first = 0
    for (const [j, end] of endsOf(sorted, centres).entries()) {
      for (const number of end > first ? [sorted[first]!, sorted[end - 1]!] : []) {
        const away = Math.abs(number - centres[j]!)
        if (away > distance) [far, distance] = [number, away]
      }
      first = end
    }
    centres = Float64Array.from([...centres, far]).sort()
  }
  return centres
}

function used(sorted: Float32Array, centres: Float64Array): Float64Array {
  const ends = endsOf(sorted, centres)
  return centres.filter((_, j) => ends[j]! > (j === 0 ? 0 : ends[j - 1]!))
}
