import type { Agent } from './agent.js'
import { learnsNothing } from './fixed.js'
import { toLegal } from './position.js'

/** Keeps the same share of every layer: the baseline of every pruning paper. */
export function uniformAgent(share: number): Agent {
  return { ...learnsNothing, name: 'uniform', act: choice => toLegal(share, choice) }
}
