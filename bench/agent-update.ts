/**
 * CPU and wall milliseconds of the DDPG agent: of one update (mean over many), and of one action.
 *
 *   npx tsx bench/agent-update.ts [--trials 100] [--features 16] [--sites 14]
 */
import { parseArgs } from 'node:util'
import type { Transition } from '../agents/agent.js'
import { ddpgAgent, ddpgDefaults } from '../agents/ddpg.js'
import { randomStream } from '../src/random.js'

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '100' },
    features: { type: 'string', default: '16' },
    sites: { type: 'string', default: '14' },
  },
})
const [trials, features, sites] = [Number(values.trials), Number(values.features), Number(values.sites)]
const random = randomStream(1, 0, 'bench')
const bounds = { low: 0.1, middle: 0.5, high: 1 }
const observation = () => Array.from({ length: features }, () => random.uniform())

async function timed(what: string, times: number, run: () => unknown): Promise<void> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await run()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  console.log(
    `${what}: ${((user + system) / 1000 / times).toFixed(2)} ms of CPU, ${(wall / times).toFixed(2)} ms of wall time`,
  )
}

const noise = { warmUp: 0, trials: 100, initial: 0.3, floor: 0.05 }
const agent = await ddpgAgent({ ...ddpgDefaults, seed: 1, features, sites, noise })
for (let episode = 0; episode < 20; episode++) {
  const trajectory: Transition[] = Array.from({ length: sites }, () => ({
    observation: observation(),
    ...bounds,
    action: 0.1 + 0.9 * random.uniform(),
  }))
  agent.remember({ trial: episode, trajectory, reward: random.uniform(), objectives: [] })
}
const act = (times: number) => {
  for (let i = 0; i < times; i++)
    agent.act({ trial: 1, site: i % sites, observation: observation(), ...bounds })
}
await agent.learn(0)
act(100)
await timed('an update', trials * ddpgDefaults.updates, async () => {
  for (let trial = 1; trial <= trials; trial++) await agent.learn(trial)
})
await timed('an action', 1000, () => act(1000))
await agent.dispose()
