import { assertReachable, type Budget } from '../../envs/budget.js'
import type { CompressionProblem } from '../../envs/compression.js'
import { decisionCosts } from '../../envs/costs.js'
import { inOrder, widthOf } from '../../envs/decidables.js'
import { groupFeatures } from '../../envs/features.js'
import type { Decidable } from '../../envs/site.js'
import type { Ranking } from '../compress/criteria/ranking.js'
import type { Moments } from '../compress/moments.js'
import { costModel } from '../graph/cost.js'
import type { CostKind } from '../graph/cost-kinds.js'
import type { ChannelGroup } from '../graph/groups.js'
import type { Graph } from '../graph/types.js'
import type { RunDefinition } from '../search/definition.js'

/** What a run decides of a model, and what that costs. */
export interface Decisions {
  /** In decision order. */
  readonly decidables: readonly Decidable[]
  readonly budgets: readonly Budget[]
  /** Of the values in decision order. */
  readonly costs: Readonly<Record<CostKind, (values: ArrayLike<number>) => number>>
}

/** @throws BudgetError where no legal policy meets the budgets. */
export function decisionsOf(
  { budgets: limits, ...rules }: Pick<RunDefinition, 'budgets' | 'round' | 'minKeep'>,
  graph: Graph,
  groups: readonly ChannelGroup[],
): Decisions {
  const decidables = inOrder(
    graph,
    groups,
    groups.map(group => widthOf(group, rules)),
  )
  const costs = decisionCosts(decidables, groups, costModel(graph, groups))
  const budgets = limits.map(({ kind, limit }) => ({ kind, limit, cost: costs[kind] }))
  assertReachable(budgets, decidables)
  return { decidables, budgets, costs }
}

/** The decisions with what the agent is told of each. */
export function problemOf(
  { decidables, budgets, costs }: Decisions,
  graph: Graph,
  groups: readonly ChannelGroup[],
  { moments, ranking }: { readonly moments: readonly Moments[]; readonly ranking: Ranking },
): CompressionProblem {
  const features = groupFeatures(graph, groups, moments, ranking)
  const sites = decidables.map(decidable => ({ ...decidable, features: features.get(decidable.name)! }))
  return { sites, budgets, cost: costs.macs }
}
