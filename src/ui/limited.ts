import type { CostKind } from '../graph/cost-kinds.js'
import type { RunView } from './view.js'

/** What costs are called where there is little room. */
export const costLabels = {
  macs: 'MACs',
  params: 'params',
  size: 'size',
  bitops: 'bitops',
} as const satisfies Record<CostKind, string>

/** The costs that a run limits, MACs where it is not known yet: those that tell its candidates apart. */
export function limitedCosts({ run }: RunView): readonly CostKind[] {
  const kinds = run?.budgets.map(({ kind }) => kind) ?? []
  return kinds.length === 0 ? ['macs'] : kinds
}
