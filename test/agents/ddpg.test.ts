import { describe, expect, it } from 'vitest'
import type { Agent, Transition } from '../../agents/agent.js'
import { ddpgAgent, ddpgDefaults } from '../../agents/ddpg.js'
import { randomAgent } from '../../agents/random.js'

const SITES = 4
const TRIALS = 100
const bounds = { low: 0.1, high: 1, middle: 0.5 }

/** Each site's best share; the reward falls with the mean squared distance to them. */
const optimum = [0.3, 0.9, 0.5, 0.8]

async function play(agent: Agent, from: number, to: number): Promise<number[]> {
  const rewards: number[] = []
  for (let trial = from; trial < to; trial++) {
    const trajectory: Transition[] = optimum.map((_, site) => {
      const observation = [site / (SITES - 1), site % 2, 1]
      return { observation, ...bounds, action: agent.act({ trial, site, observation, ...bounds }) }
    })
    const error =
      trajectory.reduce((sum, { action }, site) => sum + (action - optimum[site]!) ** 2, 0) / SITES
    rewards.push(0.9 - error)
    agent.remember({ trial, trajectory, reward: 0.9 - error, objectives: [0.9 - error] })
    await agent.learn(trial)
  }
  return rewards
}

function create(seed: number): Promise<Agent> {
  return ddpgAgent({
    ...ddpgDefaults,
    seed,
    features: 3,
    sites: SITES,
    hidden: [64, 64],
    updates: 6,
    noise: { warmUp: 20, trials: TRIALS, initial: 0.3, floor: 0.03 },
  })
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('ddpg', () => {
  it.each([1, 2, 3, 4, 5])('learns a known environment (seed %i)', async seed => {
    const agent = await create(seed)
    const learned = mean((await play(agent, 0, TRIALS)).slice(-10))
    await agent.dispose()
    const chance = mean(await play(randomAgent(seed), 0, TRIALS))
    // The optimum gives 0.9, an even 0.5 everywhere 0.8175.
    expect(learned).toBeGreaterThan(0.87)
    expect(learned).toBeGreaterThan(chance + 0.05)
  })

  it('plays the same game for the same seed', async () => {
    const [a, b] = [await create(7), await create(7)]
    expect(await play(a, 0, 30)).toEqual(await play(b, 0, 30))
    await a.dispose()
    await b.dispose()
  })

  it('goes on bit for bit from a snapshot', async () => {
    const whole = await create(3)
    await play(whole, 0, 35)
    const state = structuredClone(whole.snapshot())
    const expected = await play(whole, 35, 45)
    const resumed = await create(3)
    resumed.restore(state)
    expect(await play(resumed, 35, 45)).toEqual(expected)
    expect(resumed.snapshot()).toEqual(whole.snapshot())
    for (const agent of [whole, resumed]) await agent.dispose()
  })

  it('refuses the state of another network', async () => {
    const agent = await create(1)
    expect(() => agent.restore({ numbers: {}, arrays: {} })).toThrow(/does not fit/)
    await agent.dispose()
  })

  it('stays within its bounds', async () => {
    const agent = await create(5)
    const actions = Array.from({ length: 300 }, (_, trial) =>
      agent.act({ trial: trial % 20, site: trial, observation: [0, 1, 0], low: 0.2, high: 0.4, middle: 0.3 }),
    )
    await agent.dispose()
    expect(Math.min(...actions)).toBeGreaterThanOrEqual(0.2)
    expect(Math.max(...actions)).toBeLessThanOrEqual(0.4)
    // Warm-up reaches both ends.
    expect(Math.min(...actions)).toBeLessThan(0.22)
    expect(Math.max(...actions)).toBeGreaterThan(0.38)
  })
})
