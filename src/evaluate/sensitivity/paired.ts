/** A mean and its standard error. */
export interface Estimate {
  readonly mean: number
  readonly error: number
}

/** How much larger `after` is than `before` over the same samples: differences sample by sample, so that what both share cancels. */
export function pairedDifference(before: ArrayLike<number>, after: ArrayLike<number>): Estimate {
  const n = before.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += (after[i]! - before[i]!) / n
  let squares = 0
  for (let i = 0; i < n; i++) squares += (after[i]! - before[i]! - mean) ** 2
  return { mean, error: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 }
}
