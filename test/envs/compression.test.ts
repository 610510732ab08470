import { describe, expect, it } from 'vitest'
import { type Budget, BudgetError } from '../../envs/budget.js'
import { compressionEnv } from '../../envs/compression.js'
import { decisionCosts } from '../../envs/costs.js'
import { widthOf } from '../../envs/decidables.js'
import { legalWidths } from '../../envs/legal.js'
import type { Policy } from '../../src/compress/policy.js'
import { costModel } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { randomStream } from '../../src/random.js'
import { loadModel, modelNames } from '../fixtures/models.js'
import { blankFeatures } from '../fixtures/site-features.js'

function problemOf(name: (typeof modelNames)[number], share: number, round: number) {
  const graph = loadModel(name)
  const { groups } = channelGroups(graph)
  const sites = groups.map(group => ({
    ...widthOf(group, { round, minKeep: 0.1 }),
    features: { ...blankFeatures, outChannels: group.size },
  }))
  const model = costModel(graph, groups)
  const cost = decisionCosts(sites, groups, model, { size: () => 0, joined: () => [] }).macs
  const kept = (policy: Policy) => model.macs(groups.map(({ name }) => policy.keep[name]!))
  const budgets: Budget[] = [
    { kind: 'macs', limit: model.macs(groups.map(({ size }) => size)) * share, cost },
  ]
  return { sites, budgets, cost, kept }
}

/** Ways to choose actions that have broken other tools' budgets: greedy early, greedy late, extremes, noise. */
const adversaries: readonly ((random: () => number, site: number, sites: number) => number)[] = [
  random => random(),
  () => 1,
  () => 0,
  (_, site) => (site === 0 ? 1 : 0),
  (_, site, sites) => (site === sites - 1 ? 1 : 0),
  (_, site) => site % 2,
  random => (random() < 0.5 ? 0 : 1),
]

describe.each(modelNames)('%s', name => {
  it('never exceeds a budget in 10,000 episodes, random and adversarial', () => {
    const episodes = 10_000
    const settings = [
      [0.5, 8],
      [0.5, 1],
      [0.3, 4],
      [0.8, 8],
    ] as const
    let over = 0
    let used = 0
    for (const [share, round] of settings) {
      const { kept, ...problem } = problemOf(name, share, round)
      const { budgets } = problem
      const env = compressionEnv(problem)
      for (let episode = 0; episode < episodes / settings.length; episode++) {
        const random = randomStream(11, episode, name)
        const choose = adversaries[episode % adversaries.length]!
        let decision: ReturnType<typeof env.reset> | null = env.reset()
        while (decision !== null) decision = env.step(choose(random.uniform, decision.site, env.sites)).next
        const value = kept(env.policy())
        if (value > budgets[0]!.limit) over++
        used += value / budgets[0]!.limit / episodes
      }
    }
    expect(over).toBe(0)
    // And it is spent: on average the policies use nearly all of it.
    expect(used).toBeGreaterThan(0.9)
  })

  it('sees only numbers in [0,1], the same after a reset', () => {
    const env = compressionEnv(problemOf(name, 0.5, 4))
    const walk = () => {
      const seen: (readonly number[])[] = []
      let decision: ReturnType<typeof env.reset> | null = env.reset()
      while (decision !== null) {
        seen.push(decision.observation)
        expect(decision.low).toBeLessThanOrEqual(decision.middle)
        expect(decision.middle).toBeLessThanOrEqual(decision.high)
        decision = env.step(0.6).next
      }
      return seen
    }
    const first = walk()
    expect(walk()).toEqual(first)
    for (const observation of first) {
      expect(observation).toHaveLength(env.features)
      for (const value of observation) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
      }
    }
  })
})

it('refuses a budget that the cheapest policy exceeds, and names the smallest', () => {
  const problem = problemOf('lenet5', 0.5, 8)
  const least = problem.cost(problem.sites.map(({ legal }) => legal[0]!))
  const limitedTo = (limit: number) =>
    compressionEnv({ ...problem, budgets: [{ kind: 'macs', limit, cost: problem.cost }] })
  expect(() => limitedTo(least - 1)).toThrow(BudgetError)
  expect(() => limitedTo(least - 1)).toThrow(`smallest reachable is macs=${least}`)
  expect(limitedTo(least).sites).toBe(problem.sites.length)
})

describe('what a policy costs at least', () => {
  const problem = problemOf('lenet5', 0.5, 1)
  const { cost, sites } = problem
  const [budget] = problem.budgets
  const lowest = (budgets: readonly Budget[]) => {
    const env = compressionEnv({ ...problem, budgets })
    let decision: ReturnType<typeof env.reset> | null = env.reset()
    while (decision !== null) decision = env.step(0).next
    return problem.kept(env.policy())
  }

  it('is nothing where nothing is asked for, and without budgets', () => {
    const cheapest = cost(sites.map(({ legal }) => legal[0]!))
    expect(lowest([{ ...budget!, least: 0 }])).toBe(cheapest)
    expect(lowest([])).toBe(cheapest)
  })

  it('is what is asked for, to the next width', () => {
    for (const share of [0.3, 0.6, 0.9]) {
      const least = share * budget!.limit
      const value = lowest([{ ...budget!, least }])
      expect(value).toBeGreaterThanOrEqual(least)
      expect(value).toBeLessThan(1.1 * least)
    }
  })
})

describe('A12, A18: legal widths', () => {
  it.each([
    [16, 1, 8, 0, [8, 16]],
    [20, 1, 8, 0, [8, 16, 20]],
    [6, 1, 8, 0, [6]],
    [10, 1, 1, 0.5, [5, 6, 7, 8, 9, 10]],
    [1, 1, 4, 0.1, [1]],
    [3, 64, 8, 0, [1, 2, 3]],
    [6, 12, 8, 0, [2, 4, 6]],
  ])('of %i with %i indices each rounded to %i, at least %d', (size, each, round, minKeep, expected) => {
    expect(legalWidths({ size, each }, { round, minKeep })).toEqual(expected)
  })
})
