import type { Agent } from './agent.js'
import { learnsNothing } from './fixed.js'
import { toLegal } from './position.js'

/** Follows plans made beforehand: the n-th trial the n-th of them, and from the last on always that. */
export function plannedAgent(name: string, plans: readonly (readonly number[])[]): Agent {
  return {
    ...learnsNothing,
    name,
    act: choice => {
      const plan = plans[Math.min(choice.trial, plans.length - 1)]
      return toLegal(plan?.[choice.site] ?? choice.high, choice)
    },
  }
}
