import { type PerSample, perSample } from './metric.js'

/**
 * Mean squared error over all elements, as a share of a variance.
 * @param truth [n, size]
 */
export function squaredError(truth: Float32Array, n: number, variance = 1): PerSample {
  const size = truth.length / n
  return perSample(n, ({ values }, row, sample) => {
    let sum = 0
    for (let i = 0; i < size; i++) sum += (values[row * size + i]! - truth[sample * size + i]!) ** 2
    return sum / size / variance
  })
}
