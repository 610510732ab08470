import { describe, expect, it } from 'vitest'
import { ddpgAgent, ddpgDefaults } from '../../agents/ddpg.js'
import { evolutionAgent, evolutionDefaults } from '../../agents/evolution.js'
import { greedyAgent } from '../../agents/greedy.js'
import { ppoAgent, ppoDefaults } from '../../agents/ppo.js'
import { randomAgent } from '../../agents/random.js'
import { screenDefaults, screenedAgent } from '../../agents/screened.js'
import { features, imagine, mean, play, sites } from './known-environment.js'

const TRIALS = 100

const agents = {
  ddpg: (seed: number) =>
    ddpgAgent({
      ...ddpgDefaults,
      seed,
      features,
      sites,
      hidden: [64, 64],
      updates: 6,
      noise: { warmUp: 20, trials: TRIALS, initial: 0.3, floor: 0.03 },
    }),
  ppo: (seed: number) => ppoAgent({ ...ppoDefaults, seed, features, sites }),
  evolution: async (seed: number) =>
    evolutionAgent({ ...evolutionDefaults, seed, sites, population: 20, warmUp: 20 }),
  // What the optimum spends is what there is.
  greedy: async () => greedyAgent({ sites, share: 0.5, spent: actions => mean(actions) / 0.625 }),
  'ddpg-surrogate': async (seed: number) =>
    screenedAgent(await agents.ddpg(seed), imagine, {
      ...screenDefaults,
      seed,
      sites,
      plans: [[0.5, 0.5, 0.5, 0.5]],
      harms: actions => actions.map(() => 0),
      // What the optimum spends is what there is.
      spent: actions => mean(actions) / 0.625,
    }),
}

describe.each([
  // The optimum gives 0.9, an even 0.5 everywhere 0.8175.
  { name: 'ddpg', trials: TRIALS, reaches: 0.87 },
  { name: 'ppo', trials: 2 * TRIALS, reaches: 0.87 },
  { name: 'evolution', trials: TRIALS, reaches: 0.87 },
  { name: 'greedy', trials: TRIALS, reaches: 0.87 },
  // In half as many trials.
  { name: 'ddpg-surrogate', trials: TRIALS / 2, reaches: 0.86 },
] as const)('$name', ({ name, trials, reaches }) => {
  it.each([1, 2, 3, 4, 5])('learns a known environment (seed %i)', async seed => {
    const agent = await agents[name](seed)
    const learned = mean((await play(agent, 0, trials)).slice(-10))
    await agent.dispose()
    const chance = mean(await play(randomAgent(seed), 0, trials))
    expect(learned).toBeGreaterThan(reaches)
    expect(learned).toBeGreaterThan(chance + 0.05)
  })
})

describe.each([{ name: 'ddpg' }, { name: 'ppo' }] as const)(
  '$name with what another has learned',
  ({ name }) => {
    it.each([1, 2, 3])('begins better than one without (seed %i)', async seed => {
      const teacher = await agents[name](seed)
      await play(teacher, 0, 2 * TRIALS)
      const create = () =>
        name === 'ppo'
          ? agents.ppo(seed + 10)
          : ddpgAgent({
              ...ddpgDefaults,
              seed: seed + 10,
              features,
              sites,
              hidden: [64, 64],
              noise: { warmUp: 0, trials: TRIALS, initial: 0.15, floor: 0.03 },
            })
      const [heir, fresh] = [await create(), await create()]
      heir.inherit!(teacher.snapshot())
      expect(mean(await play(heir, 0, 8))).toBeGreaterThan(mean(await play(fresh, 0, 8)) + 0.02)
      for (const agent of [teacher, heir, fresh]) await agent.dispose()
    })

    it('refuses what does not fit', async () => {
      const agent = await agents[name](1)
      expect(() => agent.inherit!({ numbers: {}, arrays: {} })).toThrow(/does not fit/)
      await agent.dispose()
    })
  },
)
