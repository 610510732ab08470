import type { Split } from '../../data/dataset.js'
import { partOf } from '../../data/part.js'

/** `n` samples from all over a split, or all of it where it has no more: samples may stand in the order of their classes. */
export function spread(split: Split, n: number): Split {
  if (n >= split.n) return split
  return partOf(
    split,
    Array.from({ length: n }, (_, i) => Math.floor((i * split.n) / n)),
  )
}
