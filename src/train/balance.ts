import type { FineTuneOptions } from './options.js'
import type { WantedOutput } from './wanted.js'

/** How the losses of several outputs are weighed against each other while training goes on. */
export type Balance =
  | { readonly kind: 'weights' }
  /** ln(sigma^2) of each output, learned. */
  | { readonly kind: 'uncertainty'; readonly logVariances: Float64Array }
  | { readonly kind: 'mgda' }

export function createBalance(kind: FineTuneOptions['balance'], outputs: number): Balance {
  return kind === 'uncertainty' ? { kind, logVariances: new Float64Array(outputs) } : { kind }
}

/** Squared errors count half: a normal density has them so, and a softmax likelihood its cross-entropy whole. */
function share({ kind }: Pick<WantedOutput, 'kind'>): number {
  return kind === 'numbers' ? 0.5 : 1
}

/**
 * What the outputs' losses are multiplied by: 1 / sigma^2 of classes, 1 / (2 sigma^2) of numbers (Kendall et al. 2018,
 * eq. 7 and 10).
 */
export function uncertaintyWeights(
  logVariances: Float64Array,
  wanted: readonly Pick<WantedOutput, 'kind'>[],
): readonly number[] {
  return wanted.map((output, i) => share(output) * Math.exp(-logVariances[i]!))
}

/** One step of each ln(sigma^2) down the gradient of weight x loss + ln(sigma). */
export function learnUncertainty(
  logVariances: Float64Array,
  wanted: readonly Pick<WantedOutput, 'kind'>[],
  losses: readonly number[],
  rate: number,
): void {
  uncertaintyWeights(logVariances, wanted).forEach((weight, i) => {
    logVariances[i]! -= rate * (0.5 - weight * losses[i]!)
  })
}
