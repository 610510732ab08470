import { type CostName, costNames } from '../history-row.js'
import { limitedCosts } from '../limited.js'
import type { RunView } from '../view.js'

/** The costs that are known of the trials, those that are limited first. */
function axes(view: RunView): readonly CostName[] {
  const limited: readonly CostName[] = limitedCosts(view)
  return [...limited, ...costNames.filter(name => !limited.includes(name) && view.fronts[name] !== undefined)]
}

/** The cost that stands beside the score, counted on from the first. */
export function axisCost(view: RunView, axis: number): CostName {
  const all = axes(view)
  return all[axis % all.length] ?? 'macs'
}
