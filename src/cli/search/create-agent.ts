import type { Agent } from '../../../agents/agent.js'
import { ddpgAgent, ddpgDefaults } from '../../../agents/ddpg.js'
import { randomAgent } from '../../../agents/random.js'
import { uniformAgent } from '../../../agents/uniform.js'
import type { CompressionProblem } from '../../../envs/compression.js'
import type { Env } from '../../../envs/env.js'
import { uniformAction } from '../../../envs/uniform-action.js'
import type { RunDefinition } from '../../search/definition.js'

/** Share of the trials with random actions before the agent's own (AMC: a quarter). */
const WARM_UP_SHARE = 0.25

/** Noise at the first trial after warm-up and at the last, in shares of a legal interval. */
const NOISE = { initial: 0.3, floor: 0.05 }

/** The agent a run names. */
export async function createAgent(
  { agent, seed, trials }: Pick<RunDefinition, 'agent' | 'seed' | 'trials'>,
  env: Env,
  { sites, budgets }: CompressionProblem,
): Promise<Agent> {
  switch (agent) {
    case 'uniform':
      return uniformAgent(uniformAction(sites, budgets))
    case 'random':
      return randomAgent(seed)
    case 'ddpg':
      return ddpgAgent({
        ...ddpgDefaults,
        seed,
        features: env.features,
        sites: env.sites,
        noise: { warmUp: Math.ceil(trials * WARM_UP_SHARE), trials, ...NOISE },
      })
  }
}
