import { describe, expect, it } from 'vitest'
import type { Agent, AgentState, Transition } from '../../agents/agent.js'
import { faultNames, withFault } from '../../agents/amc-faults.js'
import { ddpgAgent, ddpgDefaults } from '../../agents/ddpg.js'
import { evolutionAgent, evolutionDefaults } from '../../agents/evolution.js'
import { greedyAgent } from '../../agents/greedy.js'
import { nsga2Agent, nsga2Defaults } from '../../agents/nsga2.js'
import { plannedAgent } from '../../agents/planned.js'
import { ppoAgent, ppoDefaults } from '../../agents/ppo.js'
import { randomAgent } from '../../agents/random.js'
import { screenDefaults, screenedAgent } from '../../agents/screened.js'
import { uniformAgent } from '../../agents/uniform.js'
import { unrepeatedAgent } from '../../agents/unrepeated.js'
import { randomStream } from '../../src/random.js'
import { agentNames, type plainAgentNames } from '../../src/search/definition.js'
import { begin, features, imagine, mean, sites, tell } from './known-environment.js'

type Create = (seed: number) => Promise<Agent>

const small = { population: 8, warmUp: 8, sites }
const ramp = [0.2, 0.4, 0.6, 0.8]

/** Small ones, so that all they do comes up within some tens of trials. */
const plain: Readonly<Record<(typeof plainAgentNames)[number], Create>> = {
  ddpg: seed =>
    ddpgAgent({
      ...ddpgDefaults,
      seed,
      features,
      sites,
      hidden: [16, 16],
      batch: 16,
      memory: 15,
      noise: { warmUp: 8, trials: 40, initial: 0.3, floor: 0.05 },
    }),
  ppo: seed => ppoAgent({ ...ppoDefaults, seed, features, sites, hidden: [16, 16], episodes: 4, epochs: 3 }),
  evolution: async seed => unrepeatedAgent(evolutionAgent({ ...evolutionDefaults, ...small, seed }), imagine),
  nsga2: async seed => nsga2Agent({ ...nsga2Defaults, ...small, seed }),
  random: async seed => randomAgent(seed),
  uniform: async () => uniformAgent(0.5),
  shallow: async () => plannedAgent('shallow', [ramp]),
  ip: async () => plannedAgent('ip', [ramp]),
  greedy: async () => greedyAgent({ sites, share: 0.5, spent: actions => mean(actions) / 0.6 }),
  'ddpg-surrogate': async seed =>
    screenedAgent(await plain.ddpg(seed), imagine, {
      ...screenDefaults,
      seed,
      sites,
      plans: [ramp],
      harms: actions => actions.map(action => (1 - action) ** 2),
      spent: actions => mean(actions) / 0.6,
    }),
  deep: async () => plannedAgent('deep', [ramp.toReversed()]),
}

const faulty = Object.fromEntries(
  faultNames.map(fault => [
    `ddpg~${fault}`,
    async (seed: number) => withFault(await plain.ddpg(seed), fault, sites),
  ]),
)

const agents: Readonly<Record<string, Create>> = { ...plain, ...faulty }

const fails = (trial: number) => trial % 5 === 3
const IN_FLIGHT = 6

/** Tells trials from one to before another as a search does; `begun` holds all that were begun, and gets more. */
async function go(
  agent: Agent,
  begun: Map<number, Transition[]>,
  from: number,
  to: number,
): Promise<number[][]> {
  const actions: number[][] = []
  for (let trial = from; trial < to; trial++) {
    await tell(agent, trial, begun.get(trial)!, fails(trial))
    const next = begin(agent, trial + IN_FLIGHT)
    begun.set(trial + IN_FLIGHT, next)
    actions.push(next.map(({ action }) => action))
  }
  return actions
}

function take(agent: Agent): Map<number, Transition[]> {
  return new Map(Array.from({ length: IN_FLIGHT }, (_, trial) => [trial, begin(agent, trial)]))
}

function bytesOf({ arrays }: AgentState): number {
  return Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0)
}

describe.each(agentNames)('%s', name => {
  const create = agents[name]!

  it('goes by the name that a run gives it', async () => {
    const agent = await create(1)
    expect(agent.name).toBe(name)
    await agent.dispose()
  })

  it.each([1, 5, 13, 30])(
    'goes on bit for bit from a snapshot after %i trials, with others in flight and failed ones between',
    async told => {
      const whole = await create(3)
      const begun = take(whole)
      await go(whole, begun, 0, told)
      const [state, stored] = structuredClone([whole.snapshot(), begun] as const)
      const kept = structuredClone(state)
      const expected = await go(whole, begun, told, told + 20)

      const resumed = await create(3)
      resumed.restore(state)
      for (const [trial, trajectory] of stored) resumed.recall?.(trial, trajectory)
      expect(resumed.snapshot()).toEqual(kept)
      expect(await go(resumed, stored, told, told + 20)).toEqual(expected)
      expect(resumed.snapshot()).toEqual(whole.snapshot())
      // What was restored from is not written to.
      expect(state).toEqual(kept)
      for (const agent of [whole, resumed]) await agent.dispose()
    },
  )

  it('begins the same trials again where there was no snapshot yet', async () => {
    const whole = await create(4)
    const flight = take(whole)
    const left = structuredClone(flight)
    const expected = await go(whole, flight, 0, 30)
    const resumed = await create(4)
    expect(take(resumed)).toEqual(left)
    expect(await go(resumed, left, 0, 30)).toEqual(expected)
    expect(resumed.snapshot()).toEqual(whole.snapshot())
    for (const agent of [whole, resumed]) await agent.dispose()
  })

  it('saves no more after many trials than after some', { timeout: 240_000 }, async () => {
    const agent = await create(8)
    const flight = take(agent)
    await go(agent, flight, 0, 230)
    const before = bytesOf(agent.snapshot())
    await go(agent, flight, 230, 260)
    // A little more or less is waiting to be learned from.
    expect(bytesOf(agent.snapshot())).toBeLessThanOrEqual(1.1 * before)
    await agent.dispose()
  })

  it('takes a snapshot that later trials do not change', async () => {
    const agent = await create(5)
    const flight = take(agent)
    await go(agent, flight, 0, 9)
    const state = agent.snapshot()
    const kept = structuredClone(state)
    await go(agent, flight, 9, 30)
    expect(state).toEqual(kept)
    await agent.dispose()
  })

  it('goes on where every trial fails', async () => {
    const agent = await create(6)
    for (let trial = 0; trial < 20; trial++) {
      const trajectory = begin(agent, trial)
      await tell(agent, trial, trajectory, true)
    }
    expect(begin(agent, 20).every(({ action }) => action >= 0.1 && action <= 1)).toBe(true)
    await agent.dispose()
  })

  it('stays within bounds that differ from site to site', async () => {
    const agent = await create(7)
    const random = randomStream(7, 0, 'bounds')
    for (let trial = 0; trial < 40; trial++) {
      const trajectory = Array.from({ length: sites }, (_, site): Transition => {
        const [low, middle, high] = Array.from({ length: 3 }, () => 1 - random.uniform()).sort() as [
          number,
          number,
          number,
        ]
        // Every fifth leaves no choice.
        const bounds = random.below(5) === 0 ? { low, middle: low, high: low } : { low, middle, high }
        const observation = Array.from({ length: features }, () => random.uniform())
        const action = agent.act({ trial, site, observation, ...bounds })
        expect(action).toBeGreaterThanOrEqual(bounds.low)
        expect(action).toBeLessThanOrEqual(bounds.high)
        return { observation, ...bounds, action }
      })
      await tell(agent, trial, trajectory)
    }
    await agent.dispose()
  })
})

describe.each(['ddpg', 'ppo', 'evolution', 'nsga2'] as const)('%s', name => {
  it('depends on its seed', async () => {
    const [a, b] = [await plain[name](1), await plain[name](2)]
    expect(await go(a, take(a), 0, 12)).not.toEqual(await go(b, take(b), 0, 12))
    for (const agent of [a, b]) await agent.dispose()
  })

  it('refuses a state that is not its own', async () => {
    const agent = await plain[name](1)
    expect(() => agent.restore({ numbers: {}, arrays: {} })).toThrow(/does not fit: it has no/)
    const { numbers, arrays } = (await plain[name](1)).snapshot()
    const longer = Object.entries(arrays).map(
      ([key, values]) => [key, Float32Array.of(...values, 1)] as const,
    )
    expect(() => agent.restore({ numbers, arrays: Object.fromEntries(longer) })).toThrow(/does not fit/)
    await agent.dispose()
  })
})
