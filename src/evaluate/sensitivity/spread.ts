import type { Split } from '../../data/dataset.js'

/** `n` samples from all over a split, or all of it where it has no more: samples may stand in the order of their classes. */
export function spread(split: Split, n: number): Split {
  if (n >= split.n) return split
  const size = split.samples.length / split.n
  const samples = new Float32Array(n * size)
  const labels = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const from = Math.floor((i * split.n) / n)
    samples.set(split.samples.subarray(from * size, (from + 1) * size), i * size)
    labels[i] = split.labels[from]!
  }
  return { samples, labels, n }
}
