/** One row a sample: the class's share is 1 - smoothing, and smoothing is spread over all classes. */
export function hardTargets(labels: Int32Array, classes: number, smoothing: number): Float32Array {
  const targets = new Float32Array(labels.length * classes).fill(smoothing / classes)
  labels.forEach((label, i) => {
    targets[i * classes + label]! += 1 - smoothing
  })
  return targets
}

/** softmax(logits / temperature) of each row (Hinton et al. 2015, eq. 1). */
export function softTargets(logits: Float32Array, classes: number, temperature: number): Float32Array {
  const targets = new Float32Array(logits.length)
  for (let row = 0; row < logits.length; row += classes) {
    const values = logits.subarray(row, row + classes)
    const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
    const exponentials = values.map(value => Math.exp((value - largest) / temperature))
    const whole = exponentials.reduce((sum, value) => sum + value, 0)
    targets.set(
      exponentials.map(value => value / whole),
      row,
    )
  }
  return targets
}
