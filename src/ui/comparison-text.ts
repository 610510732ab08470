import type { Measure, Paired } from '../compare/paired.js'
import type { Spread, Summary } from '../compare/summary.js'
import { whole } from './format.js'

/** What runs of equal seeds are compared by, in words. */
export const measureNames = {
  best: 'best val of the search',
  val: 'val of the chosen',
  test: 'test of the chosen',
} as const satisfies Record<Measure, string>

/** A fraction in percent, without its sign. */
export function accuracyText(fraction: number): string {
  return (fraction * 100).toFixed(2)
}

/** The median, with the range where there are several: 91.20 (90.10-92.00). */
export function spreadText(spread: Spread | null): string {
  if (spread === null) return '-'
  const { median, n } = spread
  return n === 1 ? accuracyText(median) : `${accuracyText(median)} (${rangeText(spread)})`
}

export function rangeText({ min, max }: Pick<Spread, 'min' | 'max'>): string {
  return `${accuracyText(min)}-${accuracyText(max)}`
}

/** How many trials some runs have told: all of theirs alike, or so many of all. */
export function evaluationsText({ told, planned }: Summary['evaluations'], runs: number): string {
  if (told < planned) return `${whole(told)} of ${whole(planned)}`
  return runs === 1 ? whole(told) : `${runs} x ${whole(told / runs)}`
}

/** What the fewest seeds let p be at least. @param paired one or more */
export function leastText(paired: readonly Paired[]): string {
  const fewest = paired.reduce((few, one) => (one.seeds.length < few.seeds.length ? one : few))
  const { length } = fewest.seeds
  return `With ${length === 1 ? 'a single seed' : `${length} seeds`} p cannot fall below ${fewest.leastP}.`
}
