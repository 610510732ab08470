import type { Range } from './grid.js'
import type { Bin } from './histogram.js'

/** Cells that a distribution is held in, for each integer of the grid at least. */
const CELLS = 2048

/**
 * How much is lost of a distribution (Kullback-Leibler, nats) that is clipped to a range and told by so many bits: each
 * integer's share is spread evenly over the cells that were not empty, as entropy calibration has it. What is clipped counts
 * at the ends in the one, and is missing in the other.
 */
export function divergence(bins: readonly Bin[], range: Range, bits: number): number {
  const { seen, clipped } = cellsOf(bins, range)
  const levels = 2 ** bits
  const width = CELLS / levels
  const told = new Float64Array(CELLS)
  for (let level = 0; level < levels; level++) {
    const [from, to] = [level * width, (level + 1) * width]
    let [sum, filled] = [0, 0]
    for (let i = from; i < to; i++) {
      sum += seen[i]!
      if (clipped[i]! > 0) filled++
    }
    for (let i = from; i < to; i++) if (clipped[i]! > 0) told[i] = sum / filled
  }
  const total = (cells: Float64Array) => cells.reduce((sum, count) => sum + count, 0)
  const [all, left] = [total(clipped), total(told)]
  let loss = 0
  for (let i = 0; i < CELLS; i++) {
    if (clipped[i] === 0) continue
    const [p, q] = [clipped[i]! / all, Math.max(told[i]! / left, Number.EPSILON)]
    loss += p * Math.log(p / q)
  }
  return left === 0 ? Number.POSITIVE_INFINITY : loss
}

/** The distribution over the cells of a range, each bin spread evenly: of what lies within, and with what lies beyond. */
function cellsOf(bins: readonly Bin[], { low, high }: Range) {
  const seen = new Float64Array(CELLS)
  const clipped = new Float64Array(CELLS)
  const cell = (high - low) / CELLS
  for (const bin of bins) {
    const span = bin.high - bin.low
    const inside = (from: number, to: number) =>
      span === 0
        ? Number(from <= bin.low && (bin.low < to || to === high))
        : Math.max(0, Math.min(to, bin.high) - Math.max(from, bin.low)) / span
    const below = span === 0 ? Number(bin.low < low) : Math.max(0, Math.min(low, bin.high) - bin.low) / span
    const above = span === 0 ? Number(bin.low > high) : Math.max(0, bin.high - Math.max(high, bin.low)) / span
    clipped[0]! += below * bin.count
    clipped[CELLS - 1]! += above * bin.count
    const first = Math.max(0, Math.floor((bin.low - low) / cell))
    const last = Math.min(CELLS - 1, Math.floor((bin.high - low) / cell))
    for (let i = first; i <= last; i++) {
      const to = i === CELLS - 1 ? high : low + (i + 1) * cell
      const part = inside(low + i * cell, to) * bin.count
      seen[i]! += part
      clipped[i]! += part
    }
  }
  return { seen, clipped }
}
