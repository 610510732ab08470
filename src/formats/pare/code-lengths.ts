/** No code is longer, so that a length fits into four bits. */
export const LONGEST_CODE = 15

/** A set of symbols that is worth `weight`, and how often each stands in it. */
interface Package {
  readonly weight: number
  readonly symbols: readonly number[]
}

/**
 * Lengths of the best prefix code whose codes have at most `longest` bits: package-merge (Larmore & Hirschberg 1990). A
 * symbol that never comes has length 0; one that comes alone has length 1, though it needs no bits.
 * @param counts how often each symbol comes, at most 2^longest of them
 */
export function codeLengths(counts: ArrayLike<number>, longest = LONGEST_CODE): Uint8Array {
  const lengths = new Uint8Array(counts.length)
  const leaves = Array.from(counts, (weight, symbol): Package => ({ weight, symbols: [symbol] }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.weight - b.weight || a.symbols[0]! - b.symbols[0]!)
  const [only] = leaves
  if (leaves.length === 1 && only !== undefined) lengths[only.symbols[0]!] = 1
  if (leaves.length < 2) return lengths
  let row: readonly Package[] = leaves
  for (let level = 1; level < longest; level++) row = merged(leaves, pairs(row))
  for (const { symbols } of row.slice(0, 2 * leaves.length - 2))
    for (const symbol of symbols) lengths[symbol] = lengths[symbol]! + 1
  return lengths
}

/** Each two neighbours as one; of an odd number, the last is left out. */
function pairs(row: readonly Package[]): Package[] {
  return Array.from({ length: Math.floor(row.length / 2) }, (_, i) => {
    const [a, b] = [row[2 * i]!, row[2 * i + 1]!]
    return { weight: a.weight + b.weight, symbols: [...a.symbols, ...b.symbols] }
  })
}

/** Two ascending rows as one; of equal weights, those of the first come first. */
function merged(a: readonly Package[], b: readonly Package[]): Package[] {
  return [...a, ...b].sort((x, y) => x.weight - y.weight)
}
