import { mean, sampleRankCorrelation } from 'simple-statistics'
import { type FittedTimes, fitTimes, fittedTime, generalTime } from './fit.js'
import type { NetworkTime } from './profile.js'

/** How well networks are predicted by fits that have not seen them. */
export interface CrossValidation {
  /** Mean absolute error as a share of the measured time. */
  readonly error: number
  /** Rank correlation (Spearman) of prediction and measurement. */
  readonly rank: number
  readonly n: number
}

const FOLDS = 5

/** Leaves each fifth of the networks out in turn; null where there are too few to fit. */
export function crossValidate(networks: readonly NetworkTime[]): CrossValidation | null {
  if (networks.length < 2 * FOLDS) return null
  const fits = Array.from({ length: FOLDS }, (_, fold) =>
    fitTimes(
      networks.filter((_, i) => i % FOLDS !== fold),
      [],
    ),
  )
  const predicted = networks.map((network, i) => networkTime(fits[i % FOLDS]!, network))
  return agreement(
    predicted,
    networks.map(({ time }) => time.median),
  )
}

function networkTime(fit: FittedTimes, { layers }: NetworkTime): number {
  return layers.reduce(
    (sum, { config }) => sum + (fittedTime(fit, config) ?? generalTime(fit, config)),
    fit.fixed,
  )
}

/** Error and rank correlation of predictions beside what was measured. */
export function agreement(predicted: readonly number[], measured: readonly number[]): CrossValidation {
  const errors = measured.map((value, i) => Math.abs(predicted[i]! - value) / value)
  return {
    error: mean(errors),
    rank: sampleRankCorrelation([...predicted], [...measured]),
    n: measured.length,
  }
}
