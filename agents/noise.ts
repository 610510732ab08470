import type { Random } from '../src/random.js'

/** Draws before giving up on a proposal that keeps falling outside. */
const MAX_DRAWS = 100

/** A normal draw around `mean`, repeated until it falls within [low, high] (truncated normal, as AMC explores). */
export function truncatedNormal(
  random: Random,
  mean: number,
  deviation: number,
  low: number,
  high: number,
): number {
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const value = mean + deviation * random.normal()
    if (value >= low && value <= high) return value
  }
  return Math.min(high, Math.max(low, mean))
}

/** When exploration ends and how it fades. */
export interface NoiseSchedule {
  /** Trials with random actions at the start. */
  readonly warmUp: number
  /** Trials in all; past them the floor holds, so that a run may be extended. */
  readonly trials: number
  readonly initial: number
  readonly floor: number
}

/** Standard deviation of the noise at a trial: falls geometrically from `initial` to `floor` over the trials there are. */
export function noiseAt({ warmUp, trials, initial, floor }: NoiseSchedule, trial: number): number {
  const progress = Math.min(1, Math.max(0, trial - warmUp) / Math.max(1, trials - warmUp - 1))
  return initial * (floor / initial) ** progress
}
