import type { BudgetKind } from '../graph/cost-kinds.js'
import type { RunDefinition } from './definition.js'
import type { Limit } from './limit.js'
import type { Trial } from './trial.js'

/** A limit that a model of its own is searched for. */
export interface Point extends Limit {
  /** As the user has it, such as 50%. */
  readonly asked: string
  /** The most a policy may be predicted to cost. */
  readonly aim: number
}

/** The points of a run, the largest first: its first budget, then the smaller ones of the same kind; none without budgets. */
export function pointsOf({ budgets, points }: Pick<RunDefinition, 'budgets' | 'points'>): readonly Point[] {
  const [first] = budgets
  if (first === undefined) return []
  const ofKind = (kind: BudgetKind) =>
    [first, ...points].map(({ asked, limit, aim = limit }) => ({ kind, asked, limit, aim }))
  return ofKind(first.kind)
}

/** Whether a trial has been evaluated and keeps a limit. */
export function keepsLimit({ state }: Pick<Trial, 'state'>, { kind, limit }: Limit): boolean {
  return state.kind === 'finished' && (state.evaluation.cost[kind] ?? Number.NaN) <= limit
}
