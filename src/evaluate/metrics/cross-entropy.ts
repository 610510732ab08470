import { type PerSample, perSample } from './metric.js'

/**
 * Mean cross-entropy of softmax(scores) with the right classes, in nats.
 * @param truth [n, places]
 */
export function crossEntropy(truth: Int32Array, n: number): PerSample {
  const places = truth.length / n
  return perSample(n, ({ values, rows }, row, sample) => {
    const classes = values.length / rows / places
    let sum = 0
    for (let place = 0; place < places; place++) {
      const start = row * classes * places + place
      const label = truth[sample * places + place]!
      sum += logSum(values, start, classes, places) - values[start + label * places]!
    }
    return sum / places
  })
}

/** ln of the sum of exp(score) over the classes, `stride` apart. */
export function logSum(scores: Float32Array, start: number, classes: number, stride: number): number {
  let largest = scores[start]!
  for (let c = 1; c < classes; c++) largest = Math.max(largest, scores[start + c * stride]!)
  let sum = 0
  for (let c = 0; c < classes; c++) sum += Math.exp(scores[start + c * stride]! - largest)
  return largest + Math.log(sum)
}
