import type { SplitScore } from '../../evaluate/evaluation.js'
import { percent } from '../../ui/format.js'
import { standardError } from '../standard-error.js'

/** A score in percent, with its standard error where that is known. */
export function scoreWithError(score: SplitScore): string {
  const error = standardError(score)
  return error === null ? percent(score.score) : `${percent(score.score)} ± ${(error * 100).toFixed(2)}`
}
