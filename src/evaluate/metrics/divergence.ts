import { logSum } from './cross-entropy.js'
import { type Metric, meanOf } from './metric.js'

/**
 * Mean Kullback-Leibler divergence of softmax(scores) from the original's distribution, in nats: 0 where they are the same.
 * @param original [n, classes, places]
 */
export function divergence(
  original: Float32Array,
  n: number,
  places: number,
): Metric & { readonly samples: Float64Array } {
  const classes = original.length / n / places
  const samples = new Float64Array(n)
  return {
    samples,
    add({ values, first, rows }) {
      for (let row = 0; row < rows; row++) {
        let sum = 0
        for (let place = 0; place < places; place++) {
          const here = row * classes * places + place
          const there = (first + row) * classes * places + place
          const [mine, theirs] = [
            logSum(values, here, classes, places),
            logSum(original, there, classes, places),
          ]
          for (let c = 0; c < classes; c++) {
            const wanted = original[there + c * places]! - theirs
            sum += Math.exp(wanted) * (wanted - (values[here + c * places]! - mine))
          }
        }
        samples[first + row] = sum / places
      }
    },
    value: () => meanOf(samples),
  }
}
