import { type Metric, meanOf } from './metric.js'

/**
 * Mean cross-entropy of softmax(scores) with the right classes, in nats.
 * @param truth [n, places]
 */
export function crossEntropy(truth: Int32Array, n: number): Metric & { readonly samples: Float64Array } {
  const places = truth.length / n
  const samples = new Float64Array(n)
  return {
    samples,
    add({ values, first, rows }) {
      const classes = values.length / rows / places
      for (let row = 0; row < rows; row++) {
        let sum = 0
        for (let place = 0; place < places; place++) {
          const start = row * classes * places + place
          const label = truth[(first + row) * places + place]!
          sum += logSum(values, start, classes, places) - values[start + label * places]!
        }
        samples[first + row] = sum / places
      }
    },
    value: () => meanOf(samples),
  }
}

/** ln of the sum of exp(score) over the classes, `stride` apart. */
export function logSum(scores: Float32Array, start: number, classes: number, stride: number): number {
  let largest = scores[start]!
  for (let c = 1; c < classes; c++) largest = Math.max(largest, scores[start + c * stride]!)
  let sum = 0
  for (let c = 0; c < classes; c++) sum += Math.exp(scores[start + c * stride]! - largest)
  return largest + Math.log(sum)
}
