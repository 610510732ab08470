import type { Evaluation } from '../evaluate/evaluation.js'

/** What the agent maximises: a pure function of an evaluation, so that a new one needs no new evaluation. */
export type Reward = (evaluation: Evaluation) => number

function accuracy(evaluation: Evaluation): number {
  return evaluation.scores.val?.top1 ?? Number.NaN
}

export const rewards = {
  /** Validation accuracy, for searches under a budget (AMC's R_err, up to a constant). */
  accuracy,
  /** Less validation loss, in nats: tells apart what accuracy, in steps of one sample, does not. */
  loss: (evaluation: Evaluation) => -(evaluation.scores.val?.loss ?? Number.NaN),
  /** -error x ln(MACs): AMC's R_FLOPs, trading accuracy against cost. */
  'accuracy-macs': (evaluation: Evaluation) => -(1 - accuracy(evaluation)) * Math.log(evaluation.cost.macs),
} as const satisfies Record<string, Reward>

export type RewardName = keyof typeof rewards

export const rewardNames = Object.keys(rewards) as [RewardName, ...RewardName[]]
