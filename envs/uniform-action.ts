import type { Budget } from './budget.js'
import { type Decidable, nearestPosition } from './site.js'

const STEP = 1 / 200

/** The largest action that, taken at every site and rounded to a legal value, still fits every budget. */
export function uniformAction(sites: readonly Decidable[], budgets: readonly Budget[]): number {
  for (let action = 1; action > 0; action -= STEP)
    if (spentBy(sites, budgets, () => action) <= 1) return action
  return 0
}

/** What actions cost once they are rounded to legal values, as a share of what the tightest budget allows. */
export function spentBy(
  sites: readonly Decidable[],
  budgets: readonly Budget[],
  actionAt: (site: number) => number,
): number {
  const values = sites.map(
    (site, i) => site.legal[nearestPosition(site, actionAt(i), 0, site.legal.length - 1)]!,
  )
  return Math.max(0, ...budgets.map(({ cost, limit }) => cost(values) / limit))
}
