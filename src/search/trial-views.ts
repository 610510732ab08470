import type { BudgetKind } from '../graph/cost-kinds.js'
import type { Trial } from './trial.js'

/** What evaluated trials can be sorted by: the reward at once, however many there are; the others by reading them all. */
export type TrialOrder = 'reward' | 'score' | BudgetKind

/** A part of the evaluated trials of distinct policies in some order; of equals the earlier first, or last where it rises. */
export interface TrialPage {
  readonly by: TrialOrder
  readonly descending: boolean
  readonly offset: number
  readonly limit: number
}

/** One of evenly spaced stretches of a run's trials. */
export interface CurvePoint {
  /** The last finished trial of the stretch. */
  readonly trial: number
  /** Mean reward of its finished trials, and the best reward of the run up to there. */
  readonly mean: number
  readonly best: number
}

/** A trial that was better than all before it. */
export interface Improvement {
  readonly trial: number
  readonly reward: number
}

/** What screens show of many trials. */
export interface TrialViews {
  page(page: TrialPage): Promise<readonly Trial[]>
  /** At most so many points; stretches without a finished trial have none. */
  curve(points: number): Promise<readonly CurvePoint[]>
  /** The best reward so far as steps, by trial. */
  improvements(): Promise<readonly Improvement[]>
}
