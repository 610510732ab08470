import type { Budget } from './budget.js'
import { type Decidable, nearestPosition } from './site.js'

const STEP = 1 / 200

/** The largest action that, taken at every site and rounded to a legal value, still fits every budget. */
export function uniformAction(sites: readonly Decidable[], budgets: readonly Budget[]): number {
  for (let action = 1; action > 0; action -= STEP) {
    const values = sites.map(site => site.legal[nearestPosition(site, action, 0, site.legal.length - 1)]!)
    if (budgets.every(({ cost, limit }) => cost(values) <= limit)) return action
  }
  return 0
}
