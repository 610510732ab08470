import type { Budget } from './budget.js'
import { legalWidths, nearestWidth, type Sized, type WidthRules } from './legal.js'

const STEP = 1 / 200

/** The largest share that, kept of every group and rounded to a legal width, still fits every budget. */
export function uniformShare(
  groups: readonly Sized[],
  rules: WidthRules,
  budgets: readonly Budget[],
): number {
  for (let share = 1; share > 0; share -= STEP) {
    const keep = groups.map(group => nearestWidth(legalWidths(group, rules), share * group.size))
    if (budgets.every(({ cost, limit }) => cost(keep) <= limit)) return share
  }
  return 0
}
