import type { Evaluation } from '../evaluate/evaluation.js'

/** The score on the validation split, a fraction; not a number where there is none. */
export function valScore({ scores }: Evaluation): number {
  return scores.val?.score ?? Number.NaN
}
