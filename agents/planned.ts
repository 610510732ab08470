import type { Agent } from './agent.js'
import { learnsNothing } from './fixed.js'

/** Follows plans made beforehand: the n-th trial the n-th of them, and from the last on always that. */
export function plannedAgent(name: string, plans: readonly (readonly number[])[]): Agent {
  return {
    ...learnsNothing,
    name,
    act: ({ trial, site, low, high }) =>
      Math.min(high, Math.max(low, plans[Math.min(trial, plans.length - 1)]?.[site] ?? high)),
  }
}
