/**
 * What a told trial costs an agent after many: bytes of the state that is saved with it, time to write that down, and time
 * to decide on the next trial. Trials are remembered without being learned from, which costs the same at any time.
 *
 *   npx tsx bench/checkpoint.ts [--trials 1000,10000,100000] [--sites 12]
 */
import { parseArgs } from 'node:util'
import { median } from 'simple-statistics'
import type { Agent, Transition } from '../agents/agent.js'
import { ddpgAgent, ddpgDefaults } from '../agents/ddpg.js'
import { evolutionAgent, evolutionDefaults } from '../agents/evolution.js'
import { greedyAgent } from '../agents/greedy.js'
import { nsga2Agent, nsga2Defaults } from '../agents/nsga2.js'
import { screenDefaults, screenedAgent } from '../agents/screened.js'
import { type Random, randomStream } from '../src/random.js'
import { encodeAgentState } from '../src/store/agent-state.js'

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '1000,10000,100000' },
    sites: { type: 'string', default: '12' },
  },
})
const sites = Number(values.sites)
const features = 20
const bounds = { low: 0.1, high: 1, middle: 0.5 }
const observation = Array.from({ length: features }, (_, i) => Math.sin(i))

const walk = (choose: (site: number) => number): readonly Transition[] =>
  Array.from({ length: sites }, (_, site) => ({ observation, ...bounds, action: choose(site) }))

const noise = { warmUp: 50, trials: 1e6, initial: 0.3, floor: 0.05 }
const ddpg = () => ddpgAgent({ ...ddpgDefaults, seed: 1, features, sites, noise })
const population = { seed: 1, sites, population: 50, warmUp: 50 }
const agents: Readonly<Record<string, () => Promise<Agent>>> = {
  'ddpg-surrogate': async () =>
    screenedAgent(await ddpg(), choose => walk(site => choose({ site, observation, ...bounds })), {
      ...screenDefaults,
      seed: 1,
      sites,
      plans: [],
      harms: actions => actions.map(() => 0),
      spent: null,
    }),
  ddpg,
  evolution: async () => evolutionAgent({ ...evolutionDefaults, ...population }),
  nsga2: async () => nsga2Agent({ ...nsga2Defaults, ...population }),
  greedy: async () => greedyAgent({ sites, share: 0.5, spent: null }),
}

function remember(agent: Agent, trial: number, random: Random): void {
  const trajectory = walk(() => 0.1 + 0.9 * random.uniform())
  const reward = random.uniform()
  agent.recall?.(trial, trajectory)
  agent.remember({ trial, trajectory, reward, objectives: [reward, random.uniform()] })
}

/** Median of some repetitions, ms. */
function medianTime(work: (i: number) => void): string {
  const times = Array.from({ length: 9 }, (_, i) => {
    const start = performance.now()
    work(i)
    return performance.now() - start
  })
  return median(times).toFixed(2)
}

for (const [name, create] of Object.entries(agents)) {
  const agent = await create()
  const random = randomStream(1, 0, 'bench')
  let told = 0
  for (const trials of values.trials.split(',').map(Number)) {
    for (; told < trials; told++) remember(agent, told, random)
    const { byteLength } = encodeAgentState(agent.snapshot())
    const save = medianTime(() => encodeAgentState(agent.snapshot()))
    const decide = medianTime(i => {
      for (let site = 0; site < sites; site++) agent.act({ trial: told + i, site, observation, ...bounds })
    })
    console.log(
      `${name}, ${trials} told: ${(byteLength / 1024).toFixed(0)} KiB, saved in ${save} ms, decides in ${decide} ms`,
    )
  }
  await agent.dispose()
}
