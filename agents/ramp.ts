import type { Agent } from './agent.js'
import { learnsNothing } from './fixed.js'

/**
 * The hand rules that AMC is held against (He et al. 2018, figure 2): `shallow` prunes early layers more and
 * `deep` late ones. What shares they come to is given.
 * @param actions one a site
 */
export function rampAgent(name: 'shallow' | 'deep', actions: readonly number[]): Agent {
  return {
    ...learnsNothing,
    name,
    act: ({ site, low, high }) => Math.min(high, Math.max(low, actions[site]!)),
  }
}
