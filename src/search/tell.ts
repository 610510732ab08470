import type { Evaluated, Evaluator } from '../evaluate/evaluator.js'
import type { Reward, RewardContext } from './reward.js'
import type { TrialState } from './trial.js'

/** How an evaluation ended, before it is judged. */
export type Outcome =
  | { readonly kind: 'evaluated'; readonly evaluated: Evaluated; readonly cachedFrom: number | null }
  | { readonly kind: 'threw'; readonly reason: string }

/** Evaluates a candidate; whatever goes wrong is an outcome, the signal too. */
export async function attempt(
  { evaluator, signal }: { readonly evaluator: Pick<Evaluator, 'evaluate'>; readonly signal: AbortSignal },
  candidate: Parameters<Evaluator['evaluate']>[0],
): Promise<Outcome> {
  try {
    return { kind: 'evaluated', evaluated: await evaluator.evaluate(candidate, signal), cachedFrom: null }
  } catch (error) {
    return { kind: 'threw', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** All rules about a result: what is not a proper number within the budget is a failed trial with a reason. */
export function judge(outcome: Outcome, reward: Reward, run: RewardContext): TrialState {
  if (outcome.kind === 'threw') return { kind: 'failed', reason: outcome.reason }
  const { evaluation } = outcome.evaluated
  for (const { kind, limit } of run.limits) {
    const value = evaluation.cost[kind]
    if (value === undefined || !(value <= limit))
      return { kind: 'failed', reason: `costs ${value} ${kind}, more than the budget of ${limit}` }
  }
  for (const [split, score] of Object.entries(evaluation.scores)) {
    if (!Number.isFinite(score.score) || !Number.isFinite(score.loss)) {
      return {
        kind: 'failed',
        reason: `its score on ${split} is not a number (${score.metric} ${score.score}, loss ${score.loss})`,
      }
    }
  }
  const value = reward(evaluation, run)
  if (!Number.isFinite(value)) return { kind: 'failed', reason: `its reward is not a number (${value})` }
  return { kind: 'finished', evaluation, reward: value, cachedFrom: outcome.cachedFrom }
}
