import { confusion } from './confusion.js'
import type { Metric } from './metric.js'

/**
 * Mean intersection over union: of each class the places where it was both said and there, as a share of those where it was
 * either, over all samples together; averaged over the classes that were said or were there (Everingham et al. 2010).
 * @param truth [n, places]
 */
export function iou(truth: Int32Array, n: number): Metric {
  const { add, counts } = confusion(truth, n)
  return {
    add,
    value() {
      const all = counts()
      return all.reduce((sum, { right, said, there }) => sum + right / (said + there - right), 0) / all.length
    },
  }
}
