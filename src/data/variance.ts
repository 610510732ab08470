/**
 * The mean squared distance of elements from the mean of their place over the samples: what always saying that mean would
 * cost. By it errors of all scales compare.
 * @param values [n, size]
 * @returns 1 where nothing varies
 */
export function varianceOf(values: Float32Array, n: number): number {
  const size = values.length / n
  let all = 0
  for (let place = 0; place < size; place++) {
    let mean = 0
    for (let row = 0; row < n; row++) mean += values[row * size + place]! / n
    for (let row = 0; row < n; row++) all += (values[row * size + place]! - mean) ** 2
  }
  return all > 0 ? all / values.length : 1
}
