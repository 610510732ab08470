import { describe, expect, it } from 'vitest'
import { compressionEnv } from '../../../envs/compression.js'
import { widthOf } from '../../../envs/decidables.js'
import { createAgent } from '../../../src/cli/search/create-agent.js'
import { agentNames } from '../../../src/search/definition.js'
import { rollout } from '../../../src/search/rollout.js'
import { blankFeatures } from '../../fixtures/site-features.js'

const features = { ...blankFeatures, outChannels: 16, inChannels: 16 }
const sites = ['a', 'b', 'c'].map(name => ({
  ...widthOf({ name, size: 16, each: 1 }, { round: 1, minKeep: 0 }),
  features,
}))
const cost = ([a = 0, b = 0, c = 0]: ArrayLike<number> & Iterable<number>) => a + a * b + b * c + c
const problem = { sites, budgets: [], cost: (values: ArrayLike<number>) => cost(Array.from(values)) }
const whole = cost([16, 16, 16])
const harms = sites.map(({ legal }) => legal.map((_, i) => 1 - (i + 1) / legal.length))

describe('without a budget', () => {
  it.each(agentNames.filter(name => name !== 'ip'))('%s tries networks of several sizes', async name => {
    const env = compressionEnv(problem)
    const maxDrop = { limit: 1, minimize: 'macs' } as const
    const definition = { agent: name, seed: 1, trials: 14, maxDrop }
    const agent = await createAgent(definition, env, problem, () => harms)
    const shares: number[] = []
    for (let number = 0; number < 14; number++) {
      const { policy, trajectory } = rollout(agent, env, number)
      const share = cost(Object.values(policy.keep)) / whole
      expect(share).toBeLessThanOrEqual(1)
      shares.push(share)
      // What keeps its score does so down to half of the cost.
      const reward = share >= 0.5 ? 2 - share : share - 0.5
      agent.remember({ trial: number, trajectory, reward, objectives: [share, 1 - share] })
      await agent.learn(number)
    }
    await agent.dispose()
    expect(new Set(shares).size).toBeGreaterThan(4)
    expect(Math.min(...shares)).toBeLessThan(0.8)
  })
})
