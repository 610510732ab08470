import type { BudgetKind } from '../graph/cost-kinds.js'

/** A limit that a result is held to once more, whatever the environment promised. */
export interface Limit {
  readonly kind: BudgetKind
  readonly limit: number
}

/** What the validation score may fall by, in points of the original's, and which cost is then to be as small as can be. */
export interface MaxDrop {
  readonly limit: number
  readonly minimize: BudgetKind
}
