import type { Agent } from '../../../agents/agent.js'
import { turnsAgent } from '../../../agents/turns.js'
import { type CompressionProblem, compressionEnv } from '../../../envs/compression.js'
import type { Env } from '../../../envs/env.js'
import type { RunDefinition } from '../../search/definition.js'
import { createAgent, type Harms } from './create-agent.js'

/** Who decides, and where. */
export interface Players {
  readonly agent: Agent
  readonly envOf: (trial: number) => Env
}

/**
 * The agent of a run and its environments: one agent for each problem, which take turns.
 * @param problems at least one
 */
export async function createPlayers(
  definition: Pick<RunDefinition, 'agent' | 'seed' | 'trials' | 'horizon' | 'initAgent' | 'maxDrop'>,
  problems: readonly CompressionProblem[],
  harms: () => Harms,
): Promise<Players> {
  const envs = problems.map(compressionEnv)
  const trials = Math.ceil((definition.horizon ?? definition.trials) / problems.length)
  let known: Harms | null = null
  const once = () => {
    known ??= harms()
    return known
  }
  const agents: Agent[] = []
  for (const [i, problem] of problems.entries())
    agents.push(await createAgent({ ...definition, trials }, envs[i]!, problem, once))
  const [only, second] = agents
  return {
    agent: only !== undefined && second === undefined ? only : turnsAgent(agents),
    envOf: trial => envs[trial % envs.length]!,
  }
}
