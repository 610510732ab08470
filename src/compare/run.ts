import type { Told } from './told.js'

/** A run as a comparison sees it. */
export interface ComparedRun {
  readonly run: string
  /** What it is compared under: its agent, or a name; runs of one group differ in their seeds. */
  readonly group: string
  readonly agent: string
  readonly seed: number
  /** What its scores are, as `--metric` has it. */
  readonly metric: string
  readonly finished: boolean
  /** How many trials it is to have. */
  readonly planned: number
  readonly told: readonly Told[]
  /** Scores of the chosen model, fine-tuned where the run does that; null before it is chosen. */
  readonly chosen: { readonly val: number | null; readonly test: number | null } | null
}

/** Names of the groups in the order in which they were named. */
export function groupsOf(runs: readonly Pick<ComparedRun, 'group'>[]): readonly string[] {
  return [...new Set(runs.map(({ group }) => group))]
}

/** The best validation score before fine-tuning; null before the first. */
export function bestOf({ told }: Pick<ComparedRun, 'told'>): number | null {
  return told.at(-1)?.best ?? null
}
