import { describe, expect, it } from 'vitest'
import type { Agent, Imagine, Transition } from '../../agents/agent.js'
import { evolutionAgent, evolutionDefaults } from '../../agents/evolution.js'
import { unrepeatedAgent } from '../../agents/unrepeated.js'

const bounds = { low: 0, high: 1, middle: 0.5 }
const sites = 3

/** An environment in which each site has so many values. */
const rounding =
  (values: number): Imagine =>
  choose =>
    Array.from({ length: sites }, (_, site) => {
      const observation = [site]
      const wished = choose({ site, observation, ...bounds })
      return { observation, ...bounds, action: Math.round(wished * (values - 1)) / (values - 1) }
    })

const plain = (seed: number) =>
  evolutionAgent({ ...evolutionDefaults, seed, sites, population: 6, warmUp: 6 })

/** Plays trials with some in flight; the best are those with the largest first action. */
async function play(agent: Agent, imagine: Imagine, trials: number): Promise<readonly string[]> {
  const begin = (trial: number) => imagine(choice => agent.act({ trial, ...choice }))
  const begun: (readonly Transition[])[] = [0, 1, 2].map(begin)
  for (let trial = 0; trial < trials; trial++) {
    const trajectory = begun[trial]!
    agent.remember({ trial, trajectory, reward: trajectory[0]!.action, objectives: [] })
    await agent.learn(trial)
    begun.push(begin(trial + 3))
  }
  return begun.map(trajectory => trajectory.map(({ action }) => action).join())
}

describe('an agent that is not to repeat itself', () => {
  const wide = rounding(9)

  it.each([1, 2, 3])('begins other trials only, where it did not before (seed %i)', async seed => {
    const repeats = async (agent: Agent) => {
      const policies = await play(agent, wide, 100)
      return policies.length - new Set(policies).size
    }
    expect(await repeats(plain(seed))).toBeGreaterThan(20)
    expect(await repeats(unrepeatedAgent(plain(seed), wide))).toBe(0)
  })

  it('does as it did until the first repetition', async () => {
    const before = await play(plain(1), wide, 40)
    const after = await play(unrepeatedAgent(plain(1), wide), wide, 40)
    const first = before.findIndex((policy, i) => before.indexOf(policy) < i)
    expect(first).toBeGreaterThan(3)
    expect(after.slice(0, first)).toEqual(before.slice(0, first))
    expect(after[first]).not.toBe(before[first])
  })

  it('goes on where there is nothing new', async () => {
    const narrow = rounding(2)
    const policies = await play(unrepeatedAgent(plain(1), narrow), narrow, 60)
    expect(policies).toHaveLength(63)
    expect(new Set(policies).size).toBe(2 ** sites)
  })
})
