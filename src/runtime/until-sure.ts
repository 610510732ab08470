import { medianError } from './spread.js'

/** Runs between two looks at the confidence, and the most in all. */
const RUNS = 60
const MOST_RUNS = 300

/** The half width of the median's 95 % confidence interval that is enough, as a share of the median. */
const CONFIDENCE = 0.01

/** Measures in rounds until the median of all figures is sure enough, or there are enough. @param round one figure a run */
export async function untilSure(round: (runs: number) => Promise<readonly number[]>): Promise<number[]> {
  const figures: number[] = []
  do {
    figures.push(...(await round(RUNS)))
  } while (medianError(figures) > CONFIDENCE && figures.length < MOST_RUNS)
  return figures
}
