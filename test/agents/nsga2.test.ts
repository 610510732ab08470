import { describe, expect, it } from 'vitest'
import type { Agent, Transition } from '../../agents/agent.js'
import { nsga2Agent, nsga2Defaults } from '../../agents/nsga2.js'
import { randomAgent } from '../../agents/random.js'
import { hypervolume } from './hypervolume.js'

/** What each site's share is worth, and what it costs; together 1 each. */
const worth = [0.3, 0.05, 0.2, 0.05, 0.25, 0.15]
const cost = [0.05, 0.3, 0.1, 0.3, 0.05, 0.2]
const bounds = { low: 0, high: 1, middle: 0.5 }
const TRIALS = 200

/** Accuracy that falls with the square of what is left out, and the share of the cost that is saved. */
function objectivesOf(actions: readonly number[]): [number, number] {
  const lost = actions.reduce((sum, action, i) => sum + worth[i]! * (1 - action) ** 2, 0)
  return [1 - lost, 1 - actions.reduce((sum, action, i) => sum + cost[i]! * action, 0)]
}

/** Objectives of all trials, with four under way at a time. */
async function play(agent: Agent): Promise<[number, number][]> {
  const begun: Transition[][] = []
  const begin = (trial: number) => {
    const observation: number[] = []
    begun.push(
      worth.map((_, site) => ({
        observation,
        ...bounds,
        action: agent.act({ trial, site, observation, ...bounds }),
      })),
    )
  }
  for (let trial = 0; trial < 4; trial++) begin(trial)
  const found: [number, number][] = []
  for (let trial = 0; trial < TRIALS; trial++) {
    const trajectory = begun[trial]!
    const objectives = objectivesOf(trajectory.map(({ action }) => action))
    found.push(objectives)
    agent.remember({ trial, trajectory, reward: objectives[0], objectives })
    await agent.learn(trial)
    begin(trial + 4)
  }
  return found
}

const create = (seed: number) =>
  nsga2Agent({ ...nsga2Defaults, seed, sites: worth.length, population: 16, warmUp: 16 })

/** The largest hypervolume there is: shares 1 - cost / worth x half a weight are best, whatever the weight of the cost. */
function best(): number {
  const front = Array.from({ length: 2000 }, (_, i) => {
    const weight = Math.tan(((i / 2000) * Math.PI) / 2)
    return objectivesOf(worth.map((w, site) => Math.max(0, 1 - (weight * cost[site]!) / w / 2)))
  })
  return hypervolume(front)
}

describe('nsga2', () => {
  it.each([1, 2, 3, 4, 5])('finds more of a known front than random policies do (seed %i)', async seed => {
    const [found, chance] = [
      hypervolume(await play(create(seed))),
      hypervolume(await play(randomAgent(seed))),
    ]
    expect(found).toBeLessThanOrEqual(best() + 1e-3)
    // At least a third of what random policies leave.
    expect(found).toBeGreaterThan(chance + (best() - chance) / 3)
  })

  it('tries policies from the even one down to the least at first', async () => {
    const saved = (await play(create(1))).slice(0, 16).map(([, saved]) => saved)
    expect(saved[0]).toBeCloseTo(0.5, 6)
    expect(Math.max(...saved)).toBeGreaterThan(0.75)
  })
})

it('measures the area below a front', () => {
  expect(hypervolume([[1, 1]])).toBe(1)
  expect(
    hypervolume([
      [2, 1],
      [1, 2],
      [0.5, 0.5],
    ]),
  ).toBe(3)
})
