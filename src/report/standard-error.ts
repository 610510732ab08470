import type { OutputScore, SplitScore } from '../evaluate/evaluation.js'

/** Scores that are shares of samples, so that their error is known from how many there are. */
const shares = ['top1', 'top5', 'fidelity'] as const satisfies readonly (keyof OutputScore)[]

/**
 * Standard error of a score over samples drawn at random, sqrt(p (1 - p) / n), a fraction; null of one that is no share of
 * samples, or of several outputs.
 */
export function standardError({ metric, score, n, outputs }: SplitScore): number | null {
  if (outputs !== undefined || n <= 0 || !shares.some(share => share === metric)) return null
  return Math.sqrt((Math.max(0, score) * Math.max(0, 1 - score)) / n)
}
