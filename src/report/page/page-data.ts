/** What a page is written with, as JSON in it. */
export interface PageData {
  /** Plots by the id of the element that they are drawn in: Vega specifications. */
  readonly figures: readonly { readonly id: string; readonly spec: object }[]
  readonly trials: TrialColumns | null
}

/** How the figures of a column are shown; fractions as percentages. */
export type NumberFormat = 'count' | 'percent' | 'significant' | 'ms'

/** A figure of every trial; null where a trial has none. */
export interface NumberColumn {
  readonly title: string
  readonly format: NumberFormat
  readonly values: readonly (number | null)[]
}

/** What became of a trial; a cached one has the policy of one before. */
export const trialStates = ['finished', 'cached', 'failed', 'running'] as const

/** Marks of a trial, as bits of a number. */
export const trialMarks = { front: 1, finalist: 2, chosen: 4 } as const

/** All trials by column; the place in a column is the number of the trial. */
export interface TrialColumns {
  /** Places in `trialStates`. */
  readonly states: readonly number[]
  /** Sums of `trialMarks`. */
  readonly marks: readonly number[]
  readonly numbers: readonly NumberColumn[]
  /** Why trials failed, by number. */
  readonly reasons: Readonly<Record<string, string>>
  /** What each trial decided: one column a decision. Empty where there would be too many. */
  readonly decisions: readonly { readonly title: string; readonly values: readonly (number | null)[] }[]
}
