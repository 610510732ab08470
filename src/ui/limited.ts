import type { BudgetKind } from '../graph/cost-kinds.js'
import type { RunView } from './view.js'

/** The unit of a limited cost, where it is one on a device. */
export function unitOf({ run }: RunView, kind: string): string | undefined {
  return run?.budgets.find(budget => budget.kind === kind)?.unit
}

/** The costs that a run limits or makes small, MACs where it is not known yet: those that tell its candidates apart. */
export function limitedCosts({ run }: RunView): readonly BudgetKind[] {
  const kinds = run?.budgets.map(({ kind }) => kind) ?? []
  const minimized = run?.maxDrop?.minimize
  if (minimized !== undefined && !kinds.includes(minimized)) kinds.push(minimized)
  return kinds.length === 0 ? ['macs'] : kinds
}
