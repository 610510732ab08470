import type { BudgetKind } from '../graph/cost-kinds.js'

/** A limit that a result is held to once more, whatever the environment promised. */
export interface Limit {
  readonly kind: BudgetKind
  readonly limit: number
}
