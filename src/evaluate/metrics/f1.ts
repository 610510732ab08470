import { confusion } from './confusion.js'
import type { Metric } from './metric.js'

/**
 * Macro F1: 2 x right / (said + there) of each class, the harmonic mean of its precision and recall, averaged over the
 * classes that were said or were there (van Rijsbergen 1979).
 * @param truth [n, places]
 */
export function f1(truth: Int32Array, n: number): Metric {
  const { add, counts } = confusion(truth, n)
  return {
    add,
    value() {
      const all = counts()
      return all.reduce((sum, { right, said, there }) => sum + (2 * right) / (said + there), 0) / all.length
    },
  }
}
