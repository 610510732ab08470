import { logSum } from './cross-entropy.js'
import { type PerSample, perSample } from './metric.js'

/**
 * Mean Kullback-Leibler divergence of softmax(scores) from the original's distribution, in nats: 0 where they are the same.
 * @param original [n, classes, places]
 */
export function divergence(original: Float32Array, n: number, places: number): PerSample {
  const classes = original.length / n / places
  return perSample(n, ({ values }, row, sample) => {
    let sum = 0
    for (let place = 0; place < places; place++) {
      const here = row * classes * places + place
      const there = sample * classes * places + place
      const mine = logSum(values, here, classes, places)
      const theirs = logSum(original, there, classes, places)
      for (let c = 0; c < classes; c++) {
        const wanted = original[there + c * places]! - theirs
        sum += Math.exp(wanted) * (wanted - (values[here + c * places]! - mine))
      }
    }
    return sum / places
  })
}
