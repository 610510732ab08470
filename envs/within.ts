import type { Budget } from './budget.js'
import { type Decidable, nearestPosition } from './site.js'

const STEP = 1 / 200

/**
 * Legal values that nowhere exceed those of an outer policy and fit every budget: at every site the larger of what the inner
 * policy has there and what one action, the same for all sites, gives; that action is the largest with which they fit.
 * Where even the inner policy's do not fit, its own within the outer's.
 */
export function largestWithin(
  sites: readonly Decidable[],
  budgets: readonly Budget[],
  inner: readonly number[],
  outer: readonly number[],
): readonly number[] {
  const within = (values: readonly number[]) => values.map((value, i) => Math.min(outer[i]!, value))
  for (let action = 1; action > 0; action -= STEP) {
    const values = within(
      sites.map((site, i) => {
        const even = site.legal[nearestPosition(site, action, 0, site.legal.length - 1)]!
        return Math.max(inner[i]!, even)
      }),
    )
    if (budgets.every(({ cost, limit }) => cost(values) <= limit)) return values
  }
  return within(inner)
}
