import { type Metric, meanOf } from './metric.js'

/**
 * Mean squared error over all elements.
 * @param truth [n, size]
 */
export function squaredError(truth: Float32Array, n: number): Metric & { readonly samples: Float64Array } {
  const size = truth.length / n
  const samples = new Float64Array(n)
  return {
    samples,
    add({ values, first, rows }) {
      for (let row = 0; row < rows; row++) {
        let sum = 0
        for (let i = 0; i < size; i++)
          sum += (values[row * size + i]! - truth[(first + row) * size + i]!) ** 2
        samples[first + row] = sum / size
      }
    },
    value: () => meanOf(samples),
  }
}
