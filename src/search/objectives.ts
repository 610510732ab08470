import type { Evaluation } from '../evaluate/evaluation.js'
import type { RewardContext } from './reward.js'

/** What several aims are weighed by, each larger where better: validation score, then the share saved of each cost that is limited. */
export function objectivesOf(
  { scores, cost }: Evaluation,
  { limits, original }: RewardContext,
): readonly number[] {
  const saved = limits.map(({ kind }) => 1 - (cost[kind] ?? Number.NaN) / (original.cost[kind] ?? Number.NaN))
  return [scores.val?.score ?? Number.NaN, ...saved]
}
