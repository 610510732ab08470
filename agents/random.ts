import { randomStream } from '../src/random.js'
import type { Agent } from './agent.js'
import { learnsNothing } from './fixed.js'
import { purposeOf } from './purpose.js'

/** Draws every action uniformly from its legal interval: the baseline that a learning agent has to beat. */
export function randomAgent(seed: number | string): Agent {
  return {
    ...learnsNothing,
    name: 'random',
    act: ({ trial, attempt = 0, site, low, high }) =>
      low + (high - low) * randomStream(seed, trial, purposeOf('random', site, attempt)).uniform(),
  }
}
