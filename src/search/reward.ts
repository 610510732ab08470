import type { Evaluation } from '../evaluate/evaluation.js'
import type { Limit, MaxDrop } from './limit.js'
import { valScore } from './val-score.js'

/** What of a run a candidate is held against. */
export interface RewardContext {
  /** Of the run's budgets, in order; the first is the target T of rewards that have one. */
  readonly limits: readonly Limit[]
  /** The model that came in. */
  readonly original: Evaluation
  /** What the score may fall by; null or absent where the budgets alone count. */
  readonly maxDrop?: MaxDrop | null
}

/**
 * What the agent maximises: a pure function of an evaluation and of the run, so that a new one needs no new evaluation. Not
 * a number where something that it needs is not known.
 */
export type Reward = (evaluation: Evaluation, run: RewardContext) => number

/** The validation score, a fraction: accuracy, or what else the run's metric is. */
const accuracy = valScore

/** Points of the validation score by which a candidate is below the original; below 0 where it is better. */
export function dropOf(evaluation: Evaluation, original: Evaluation): number {
  // Scores are counts of samples: what the last bit of their difference says is not meant.
  return Number((100 * (valScore(original) - valScore(evaluation))).toFixed(9))
}

/**
 * For a score that is to be kept: 1 + the share of the cost that is saved where the score falls by no more than it may,
 * else less what is missing, as a fraction. So whatever keeps the score is better than anything that does not.
 */
function withinDrop(evaluation: Evaluation, { original, maxDrop }: RewardContext): number {
  if (maxDrop === null || maxDrop === undefined) return Number.NaN
  const { limit, minimize } = maxDrop
  const missing = dropOf(evaluation, original) - limit
  if (missing > 0) return -missing / 100
  return 2 - (evaluation.cost[minimize] ?? Number.NaN) / (original.cost[minimize] ?? Number.NaN)
}

/** Cost / T: what the first budget limits, as a share of its limit. */
function shareOfTarget({ cost }: Evaluation, { limits: [target] }: RewardContext): number {
  return target === undefined ? Number.NaN : (cost[target.kind] ?? Number.NaN) / target.limit
}

export const rewards = {
  /** The validation score, for searches under a budget: R_err = -error of AMC (He et al. 2018), and 1. */
  accuracy,
  /** Less validation loss: tells apart what accuracy, in steps of one sample, does not. */
  loss: ({ scores }) => -(scores.val?.loss ?? Number.NaN),
  /** -error x ln(MACs): R_FLOPs of AMC (He et al. 2018), whose code counts a multiply-accumulate as one. */
  'accuracy-macs': evaluation => -(1 - accuracy(evaluation)) * Math.log(evaluation.cost.macs),
  /** -error x ln(parameters): R_param of AMC (He et al. 2018). */
  'accuracy-params': evaluation => -(1 - accuracy(evaluation)) * Math.log(evaluation.cost.params),
  /** 0.1 x (accuracy - that of the original), both in percent: HAQ (Wang et al. 2019, eq. 5). */
  haq: (evaluation, { original }) => 0.1 * 100 * (accuracy(evaluation) - accuracy(original)),
  /** accuracy x (cost / T)^-0.07 on both sides of the target: MnasNet's soft constraint (Tan et al. 2019, eq. 2). */
  'mnasnet-soft': (evaluation, run) => accuracy(evaluation) * shareOfTarget(evaluation, run) ** -0.07,
  /** Accuracy within the target, accuracy x (cost / T)^-1 beyond: MnasNet's hard constraint (Tan et al. 2019, alpha 0, beta -1). */
  'mnasnet-hard': (evaluation, run) => accuracy(evaluation) / Math.max(1, shareOfTarget(evaluation, run)),
  /**
   * 20 log10(a^2 / (p^0.5 m^0.5)): NetScore (Wong 2018; alpha 2, beta and gamma 0.5), of accuracy a in percent, p
   * parameters and m MACs. Counting them in millions adds the same to every score.
   */
  netscore: evaluation => {
    const { params, macs } = evaluation.cost
    return 20 * Math.log10((100 * accuracy(evaluation)) ** 2 / Math.sqrt(params * macs))
  },
  /** The share of a cost that is saved while the score falls by no more than `--max-drop` allows. */
  'within-drop': withinDrop,
} as const satisfies Record<string, Reward>

export type RewardName = keyof typeof rewards

export const rewardNames = Object.keys(rewards) as [RewardName, ...RewardName[]]
