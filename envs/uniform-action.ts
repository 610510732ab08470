import type { Budget } from './budget.js'
import { type Decidable, nearestPosition } from './site.js'

const STEP = 1 / 200

/** The largest action that, taken at every site and rounded to a legal value, still fits every budget. */
export function uniformAction(sites: readonly Decidable[], budgets: readonly Budget[]): number {
  for (let action = 1; action > 0; action -= STEP)
    if (spentBy(sites, budgets, () => action) <= 1) return action
  return 0
}

/**
 * Actions on a line over the sites' order, each cut to [0,1], as high as they may lie so that, rounded to legal values,
 * they still fit every budget.
 * @param slope by how much the last site's action is above the first's; below 0 for a line that falls
 */
export function rampActions(
  sites: readonly Decidable[],
  budgets: readonly Budget[],
  slope: number,
): readonly number[] {
  const half = Math.abs(slope) / 2
  const line = (middle: number) =>
    sites.map((_, i) => {
      const depth = sites.length > 1 ? i / (sites.length - 1) : 0.5
      return Math.min(1, Math.max(0, middle + slope * (depth - 0.5)))
    })
  for (let middle = 1 + half; middle > -half; middle -= STEP) {
    const actions = line(middle)
    if (spentBy(sites, budgets, i => actions[i]!) <= 1) return actions
  }
  return line(-half)
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
