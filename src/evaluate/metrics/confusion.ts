import type { ScoredBatch } from './metric.js'
import { largestClasses } from './top-k.js'

/** How often each class was right, was said, and was there. */
export interface Confusion {
  add(batch: ScoredBatch): void
  /** By class, of those that were said or were there. */
  counts(): readonly { readonly right: number; readonly said: number; readonly there: number }[]
}

/** @param truth [n, places] */
export function confusion(truth: Int32Array, n: number): Confusion {
  const places = truth.length / n
  const byClass = new Map<number, { right: number; said: number; there: number }>()
  const of = (label: number) => {
    const known = byClass.get(label) ?? { right: 0, said: 0, there: 0 }
    byClass.set(label, known)
    return known
  }
  return {
    add({ values, first, rows }) {
      largestClasses(values, rows, places).forEach((said, i) => {
        const there = truth[first * places + i]!
        of(said).said++
        of(there).there++
        if (said === there) of(said).right++
      })
    },
    counts: () => [...byClass.values()],
  }
}
