import type { Evaluation } from '../../evaluate/evaluation.js'

/** Names of the outputs that models are scored by, where there are several; else none. */
export function outputNames(evaluations: readonly (Evaluation | null)[]): readonly string[] {
  return [...new Set(evaluations.flatMap(evaluation => Object.keys(evaluation?.scores.val?.outputs ?? {})))]
}
