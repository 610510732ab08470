import type { CostKind } from '../graph/cost-kinds.js'

/** A limit that a result is held to once more, whatever the environment promised. */
export interface Limit {
  readonly kind: CostKind
  readonly limit: number
}
