import type { Agent } from '../../../agents/agent.js'
import { ddpgAgent, ddpgDefaults } from '../../../agents/ddpg.js'
import { evolutionAgent, evolutionDefaults } from '../../../agents/evolution.js'
import { nsga2Agent, nsga2Defaults } from '../../../agents/nsga2.js'
import { ppoAgent, ppoDefaults } from '../../../agents/ppo.js'
import { rampAgent } from '../../../agents/ramp.js'
import { randomAgent } from '../../../agents/random.js'
import { uniformAgent } from '../../../agents/uniform.js'
import type { CompressionProblem } from '../../../envs/compression.js'
import type { Env } from '../../../envs/env.js'
import { rampActions, uniformAction } from '../../../envs/uniform-action.js'
import type { RunDefinition } from '../../search/definition.js'

/** Share of the trials with random actions before the agent's own (AMC: a quarter). */
const WARM_UP_SHARE = 0.25

/** Noise at the first trial after warm-up and at the last, in shares of a legal interval. */
const NOISE = { initial: 0.3, floor: 0.05 }

/** By how much the share of the last layer differs from the first's under AMC's hand rules, which do not say. */
const RAMP = 0.5

/** How many trials evolution keeps at a time, of those there are: shares leave most of a run to trials that have parents. */
const POPULATION = {
  evolution: { share: 1 / 5, least: 10, most: 50 },
  nsga2: { share: 1 / 12, least: 12, most: 50 },
}

function populationOf(agent: keyof typeof POPULATION, trials: number): number {
  const { share, least, most } = POPULATION[agent]
  return Math.min(most, Math.max(least, Math.round(trials * share)))
}

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
    case 'shallow':
      return rampAgent(agent, rampActions(sites, budgets, RAMP))
    case 'deep':
      return rampAgent(agent, rampActions(sites, budgets, -RAMP))
    case 'evolution': {
      const population = populationOf(agent, trials)
      return evolutionAgent({ ...evolutionDefaults, seed, sites: env.sites, population, warmUp: population })
    }
    case 'nsga2': {
      const population = populationOf(agent, trials)
      return nsga2Agent({ ...nsga2Defaults, seed, sites: env.sites, population, warmUp: population })
    }
    case 'ppo':
      return ppoAgent({ ...ppoDefaults, seed, features: env.features, sites: env.sites })
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
