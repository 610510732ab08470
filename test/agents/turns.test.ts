import { expect, it } from 'vitest'
import type { Agent } from '../../agents/agent.js'
import { evolutionAgent, evolutionDefaults } from '../../agents/evolution.js'
import { turnsAgent } from '../../agents/turns.js'
import { randomStream } from '../../src/random.js'

const bounds = { low: 0, high: 1, middle: 0.5 }
const sites = 3

const evolution = (seed: number) =>
  evolutionAgent({ ...evolutionDefaults, seed, sites, population: 4, warmUp: 4 })

/** Actions of one trial, which is then told. */
async function play(agent: Agent, trial: number, told: number): Promise<readonly number[]> {
  const actions = Array.from({ length: sites }, (_, site) =>
    agent.act({ trial, site, observation: [], ...bounds }),
  )
  const trajectory = actions.map(action => ({ observation: [], ...bounds, action }))
  const reward = randomStream(told, 0, 'reward').uniform()
  agent.remember({ trial, trajectory, reward, objectives: [] })
  await agent.learn(trial)
  return actions
}

it('gives each agent every so manieth trial, as if there were no other', async () => {
  const together = turnsAgent([1, 2, 3].map(evolution))
  const alone = [1, 2, 3].map(evolution)
  for (let trial = 0; trial < 45; trial++) {
    const actions = await play(together, trial, trial)
    expect(actions).toEqual(await play(alone[trial % 3]!, Math.floor(trial / 3), trial))
  }
})

it('goes on from what it saved', async () => {
  const first = turnsAgent([1, 2].map(evolution))
  for (let trial = 0; trial < 21; trial++) await play(first, trial, trial)
  const second = turnsAgent([1, 2].map(evolution))
  second.restore(first.snapshot())
  for (let trial = 21; trial < 40; trial++)
    expect(await play(second, trial, trial)).toEqual(await play(first, trial, trial))
})
