import { GraphError } from '../../graph/types.js'

/**
 * Where a tensor is not zero, by relative indices of few bits (Han et al. 2016, section 2 and figure 2): for each entry how
 * many zeros were skipped since the one before it. Where more are to be skipped than the bits can say, a zero is an entry too.
 */
export interface Entries {
  /** Zeros before each entry, each below 2^bits. */
  readonly skips: Uint8Array
  /** Position of each entry, ascending; a padding zero's too. */
  readonly positions: Uint32Array
}

/** How many entries there are, and how often each skip comes, without spelling them out. */
export interface EntryCounts {
  readonly entries: number
  readonly skips: Uint32Array
}

/** Zeros before each of the ascending positions, however many. */
export function gapsOf(positions: Uint32Array): Uint32Array {
  return positions.map((position, i) => position - (i === 0 ? 0 : positions[i - 1]! + 1))
}

/** What `entriesOf` would make. @param bits of a skip, 1 to 8 */
export function countEntries(gaps: Uint32Array, bits: number): EntryCounts {
  const span = 2 ** bits
  const skips = new Uint32Array(span)
  let entries = gaps.length
  for (const gap of gaps) {
    const padding = Math.floor(gap / span)
    entries += padding
    skips[span - 1] = skips[span - 1]! + padding
    skips[gap % span] = skips[gap % span]! + 1
  }
  return { entries, skips }
}

/** The entries for what stands at ascending positions. @param bits of a skip, 1 to 8 */
export function entriesOf(positions: Uint32Array, bits: number): Entries {
  const span = 2 ** bits
  const gaps = gapsOf(positions)
  const { entries } = countEntries(gaps, bits)
  const found = { skips: new Uint8Array(entries), positions: new Uint32Array(entries) }
  let [entry, next] = [0, 0]
  const add = (skip: number) => {
    found.skips[entry] = skip
    found.positions[entry++] = next + skip
    next += skip + 1
  }
  for (let gap of gaps) {
    for (; gap >= span; gap -= span) add(span - 1)
    add(gap)
  }
  return found
}

/** Positions of entries among `count` elements. @throws GraphError for one behind the end. */
export function positionsOf(skips: Uint8Array, count: number): Uint32Array {
  let next = 0
  const positions = Uint32Array.from(skips, skip => {
    const position = next + skip
    next = position + 1
    return position
  })
  if (next > count) throw new GraphError(`an entry stands at ${next - 1} of ${count} elements`)
  return positions
}
