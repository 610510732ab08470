import type { Agent, Imagine } from '../../../agents/agent.js'
import { faultOf, settingsWith, withFault } from '../../../agents/amc-faults.js'
import { ddpgAgent, ddpgDefaults } from '../../../agents/ddpg.js'
import { evolutionAgent, evolutionDefaults } from '../../../agents/evolution.js'
import { greedyAgent } from '../../../agents/greedy.js'
import { nsga2Agent, nsga2Defaults } from '../../../agents/nsga2.js'
import { plannedAgent } from '../../../agents/planned.js'
import { ppoAgent, ppoDefaults } from '../../../agents/ppo.js'
import { randomAgent } from '../../../agents/random.js'
import { screenDefaults, screenedAgent } from '../../../agents/screened.js'
import { uniformAgent } from '../../../agents/uniform.js'
import { unrepeatedAgent } from '../../../agents/unrepeated.js'
import { type CompressionProblem, compressionEnv } from '../../../envs/compression.js'
import type { Env } from '../../../envs/env.js'
import { leastHarm } from '../../../envs/integer-programme.js'
import { nearestPosition, type Site } from '../../../envs/site.js'
import { rampActions, spentBy, uniformAction } from '../../../envs/uniform-action.js'
import type { RunDefinition } from '../../search/definition.js'
import { walk } from '../../search/rollout.js'
import { UsageError } from '../options/error.js'

/** How much each legal value of each site harms the network. */
export type Harms = readonly (readonly number[])[]

/** Share of the trials with random actions before the agent's own (AMC: a quarter). */
const WARM_UP_SHARE = 0.25

/** Noise at the first trial after warm-up and at the last, in shares of a legal interval. */
const NOISE = { initial: 0.3, floor: 0.05 }

/** An agent that has learned elsewhere needs no random trials, and strays less from what it knows. */
const INHERITED = { warmUp: 0, initial: 0.15 }

function noiseOf({ trials, initAgent }: Pick<RunDefinition, 'trials' | 'initAgent'>) {
  const own = { warmUp: Math.ceil(trials * WARM_UP_SHARE), trials, ...NOISE }
  return initAgent === undefined ? own : { ...own, ...INHERITED }
}

/** By how much the share of the last layer differs from the first's under AMC's hand rules, which do not say. */
const RAMP = 0.5

/** Even shares that are tried first where it is not known how much is to be spent. */
const FIRST_SHARES = [0.8, 0.6, 0.4] as const

/** How many trials evolution keeps at a time, of those there are: shares leave most of a run to trials that have parents. */
const POPULATION = {
  evolution: { share: 1 / 5, least: 10, most: 50 },
  nsga2: { share: 1 / 12, least: 12, most: 50 },
}

function populationOf(agent: keyof typeof POPULATION, trials: number): number {
  const { share, least, most } = POPULATION[agent]
  return Math.min(most, Math.max(least, Math.round(trials * share)))
}

/**
 * The agent a run names.
 * @param harms of every site by position; computed where the agent goes by them
 * @throws UsageError where the agent cannot handle the run's budgets.
 */
export async function createAgent(
  definition: Pick<RunDefinition, 'agent' | 'seed' | 'trials' | 'initAgent' | 'maxDrop'>,
  env: Env,
  problem: CompressionProblem,
  harms: () => Harms,
): Promise<Agent> {
  const { agent, seed, trials, maxDrop } = definition
  const { sites, budgets } = problem
  const { features, sites: count } = env
  const settings = { ...ddpgDefaults, seed, features, sites: count, noise: noiseOf(definition) }
  const even = (share: number) => new Array<number>(count).fill(share)
  // How much is to be spent is not known where the score is to be kept: hand rules try all amounts, evenly spaced.
  const sweep = (top: readonly number[]) =>
    Array.from({ length: trials }, (_, trial) => top.map(action => action * (1 - trial / trials)))
  const spent =
    maxDrop === null ? (actions: readonly number[]) => spentBy(sites, budgets, site => actions[site]!) : null
  const slope = (by: number) => {
    const top = rampActions(sites, budgets, by)
    return maxDrop === null ? [top] : sweep(top)
  }
  switch (agent) {
    case 'ddpg-surrogate': {
      const inner = await createAgent({ ...definition, agent: 'ddpg' }, env, problem, harms)
      return screenedAgent(inner, imagineIn(problem), {
        ...screenDefaults,
        seed,
        sites: env.sites,
        spent,
        ...(maxDrop === null
          ? await knowledgeOf(problem, harms())
          : {
              plans: FIRST_SHARES.map(even),
              harms: harmsIn(problem, harms()),
            }),
      })
    }
    case 'ip': {
      const solved = await leastHarm(sites, budgets, harms())
      if (solved === null)
        throw new UsageError(
          `--agent ip: no solution was found for ${budgets.map(({ kind }) => kind).join(' and ')}; what a layer costs must follow from what it reads and makes`,
        )
      return plannedAgent(agent, [actionsAt(sites, solved)])
    }
    case 'greedy':
      return greedyAgent({
        sites: env.sites,
        share: uniformAction(sites, budgets),
        spent,
      })
    case 'uniform': {
      const share = uniformAction(sites, budgets)
      if (maxDrop === null) return uniformAgent(share)
      return plannedAgent(agent, sweep(even(share)))
    }
    case 'random':
      return randomAgent(seed)
    case 'shallow':
      return plannedAgent(agent, slope(RAMP))
    case 'deep':
      return plannedAgent(agent, slope(-RAMP))
    case 'evolution': {
      const population = populationOf(agent, trials)
      const settings = { ...evolutionDefaults, seed, sites: env.sites, population, warmUp: population }
      return unrepeatedAgent(evolutionAgent(settings), imagineIn(problem))
    }
    case 'nsga2': {
      const population = populationOf(agent, trials)
      return nsga2Agent({ ...nsga2Defaults, seed, sites: env.sites, population, warmUp: population })
    }
    case 'ppo':
      return ppoAgent({ ...ppoDefaults, seed, features: env.features, sites: env.sites })
    case 'ddpg':
      return ddpgAgent(settings)
    case 'ddpg~absolute-actions':
    case 'ddpg~raw-actions':
    case 'ddpg~whole-reward':
    case 'ddpg~wide-warm-up':
    case 'ddpg~slow-actor':
    case 'ddpg~amc': {
      const fault = faultOf(agent)
      return withFault(await ddpgAgent({ ...settings, ...settingsWith(fault) }), fault, env.sites)
    }
  }
}

/** Walks an environment of its own, so that the search's is not disturbed. */
function imagineIn(problem: CompressionProblem): Imagine {
  const thought = compressionEnv(problem)
  return choose => walk(thought, choose)
}

/** What is known before the first trial: the uniform policy, that of least harm, and what harm policies do. */
async function knowledgeOf({ sites, budgets }: CompressionProblem, harms: Harms) {
  const even = new Array<number>(sites.length).fill(uniformAction(sites, budgets))
  const solved = await leastHarm(sites, budgets, harms)
  return {
    plans: solved === null ? [even] : [even, actionsAt(sites, solved)],
    harms: harmsIn({ sites }, harms),
  }
}

/** The harm that each action does alone. */
function harmsIn({ sites }: Pick<CompressionProblem, 'sites'>, harms: Harms) {
  return (actions: readonly number[]) =>
    sites.map((site, i) => harms[i]![nearestPosition(site, actions[i]!, 0, site.legal.length - 1)]!)
}

function actionsAt(sites: readonly Site[], positions: readonly number[]): readonly number[] {
  return sites.map(({ actions }, i) => actions[positions[i]!]!)
}
