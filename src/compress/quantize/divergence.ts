import { endsOf, gridOf, type Range } from './grid.js'
import type { Bin } from './histogram.js'

/** Numbers this near to zero are as good as zero, which every grid meets exactly. */
const NEXT_TO_NOTHING = 2 ** -100

/** What is told of numbers that are clipped, as a share of all; of none at all would be an infinite loss. */
const LEAST_TOLD = 1e-6

/** A part of a bin that lies within a range. */
interface Part {
  readonly low: number
  readonly high: number
  readonly count: number
}

/**
 * How much is lost of a distribution (Kullback-Leibler, nats) that is clipped to a range and told by so many bits: each
 * integer's share is spread evenly over the numbers that round to it and were seen. What is clipped is told next to nothing
 * of.
 */
export function divergence(bins: readonly Bin[], range: Range, bits: number): number {
  const grid = gridOf(range, bits)
  const ends = endsOf(grid, bits)
  const parts = partsWithin(bins, ends)
  const levelOf = (x: number) => Math.round(x / grid.scale)
  /** Calls back for each piece of a part that one integer stands for. */
  const pieces = (part: Part, visit: (level: number, share: number) => void) => {
    const [first, last] = [levelOf(part.low), levelOf(part.high)]
    if (first === last || part.high === part.low) return visit(first, 1)
    for (let level = first; level <= last; level++) {
      const from = Math.max(part.low, (level - 0.5) * grid.scale)
      const to = Math.min(part.high, (level + 0.5) * grid.scale)
      if (to > from) visit(level, (to - from) / (part.high - part.low))
    }
  }
  const offset = grid.zero
  const [mass, width] = [new Float64Array(2 ** bits + 1), new Float64Array(2 ** bits + 1)]
  for (const part of parts)
    pieces(part, (level, share) => {
      mass[level + offset]! += share * part.count
      width[level + offset]! += share * (part.high - part.low)
    })
  const told = parts.map(part => {
    let sum = 0
    pieces(part, (level, share) => {
      const own = width[level + offset]!
      sum +=
        own === 0 ? mass[level + offset]! : (mass[level + offset]! * share * (part.high - part.low)) / own
    })
    return sum
  })
  const counted = bins.filter(isNumber).reduce((sum, { count }) => sum + count, 0)
  const left = told.reduce((sum, count) => sum + count, 0)
  const loss = (count: number, q: number) => {
    const p = count / counted
    return p <= 0 ? 0 : p * Math.log(p / Math.max(q, LEAST_TOLD))
  }
  const inside = parts.reduce((sum, { count }, i) => sum + loss(count, told[i]! / counted), 0)
  return inside + Math.max(0, loss(counted - left, 0))
}

function isNumber({ low, high }: Bin): boolean {
  return low <= -NEXT_TO_NOTHING || high >= NEXT_TO_NOTHING
}

/** What of the bins lies within a range, zero left out. */
function partsWithin(bins: readonly Bin[], { low, high }: Range): Part[] {
  return bins.filter(isNumber).flatMap(bin => {
    const [from, to] = [Math.max(low, bin.low), Math.min(high, bin.high)]
    if (to < from) return []
    const share = bin.high === bin.low ? 1 : (to - from) / (bin.high - bin.low)
    return [{ low: from, high: to, count: share * bin.count }]
  })
}
