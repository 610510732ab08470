import { type PerSample, perSample } from './metric.js'

/**
 * The share of places whose right class is among the `k` with the largest scores; among equal scores the lowest class goes
 * first. A score that is no number is never right.
 * @param truth [n, places]
 */
export function topK(k: number, truth: Int32Array, n: number): PerSample {
  const places = truth.length / n
  return perSample(n, ({ values, rows }, row, sample) => {
    const classes = values.length / rows / places
    let right = 0
    for (let place = 0; place < places; place++) {
      const label = truth[sample * places + place]!
      const start = row * classes * places + place
      const own = values[start + label * places]!
      let better = 0
      for (let c = 0; c < classes; c++) {
        const other = values[start + c * places]!
        if (c !== label && !(other < own) && !(other === own && c > label)) better++
      }
      if (better < k && !Number.isNaN(own)) right++
    }
    return right / places
  })
}

/** The class with the largest score at each place, the lowest among equals: [n, places] of [n, classes, places]. */
export function largestClasses(scores: Float32Array, n: number, places: number): Int32Array {
  const classes = scores.length / n / places
  const found = new Int32Array(n * places)
  for (let row = 0; row < n; row++) {
    for (let place = 0; place < places; place++) {
      const start = row * classes * places + place
      let best = 0
      for (let c = 1; c < classes; c++)
        if (scores[start + c * places]! > scores[start + best * places]!) best = c
      found[row * places + place] = best
    }
  }
  return found
}
