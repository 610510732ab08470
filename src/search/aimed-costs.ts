import { type BudgetKind, isDeviceCost } from '../graph/cost-kinds.js'
import type { RunDefinition } from './definition.js'

/** The costs that a run limits or makes small. */
export function aimedCosts({
  budgets,
  maxDrop,
}: Pick<RunDefinition, 'budgets' | 'maxDrop'>): readonly BudgetKind[] {
  const kinds = budgets.map(({ kind }) => kind)
  return [...new Set(maxDrop === null ? kinds : [...kinds, maxDrop.minimize])]
}

/** The unit of a cost on a device, by a run's predictors; counts have none. */
export function unitOfCost(
  { predictors }: Pick<RunDefinition, 'predictors'>,
  kind: BudgetKind,
): string | undefined {
  return isDeviceCost(kind) ? predictors[kind]?.device.unit : undefined
}
