import type { Evaluation } from '../evaluate/evaluation.js'
import type { RewardContext } from './reward.js'

/** What several aims are weighed by, each larger where better: validation score, then the share saved of each cost that is limited or to be small. */
export function objectivesOf(
  { scores, cost }: Evaluation,
  { limits, original, maxDrop }: RewardContext,
): readonly number[] {
  const kinds = new Set([...limits.map(({ kind }) => kind), ...(maxDrop ? [maxDrop.minimize] : [])])
  const saved = [...kinds].map(kind => 1 - (cost[kind] ?? Number.NaN) / (original.cost[kind] ?? Number.NaN))
  return [scores.val?.score ?? Number.NaN, ...saved]
}
