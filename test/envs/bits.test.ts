import { describe, expect, it } from 'vitest'
import { compressionEnv } from '../../envs/compression.js'
import { decisionCosts } from '../../envs/costs.js'
import { bitsOf, inOrder, widthOf } from '../../envs/decidables.js'
import { layerFeatures } from '../../envs/features.js'
import { binActions, valueAt } from '../../envs/site.js'
import { uniformAction } from '../../envs/uniform-action.js'
import { costModel, layerCosts } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { firstChannels, sliceGraph } from '../../src/graph/slice.js'
import { randomStream } from '../../src/random.js'
import { loadModel } from '../fixtures/models.js'
import { blankFeatures } from '../fixtures/site-features.js'

const graph = loadModel('mobilenetv2')
const { groups } = channelGroups(graph)
const layers = [...new Set(layerCosts(graph).map(({ node }) => node))]
const features = layerFeatures(graph)

/** Widths, and bits of every layer's weights and values. */
function problemOf(budget: 'macs' | 'bitops', share: number, joint: boolean) {
  const bits = (kind: 'weightBits' | 'activationBits', allowed: readonly number[]) =>
    layers.map(name => bitsOf(kind, { name, layers: [name] }, allowed))
  const decidables = inOrder(graph, groups, [
    ...bits('weightBits', [8, 4, 2]),
    ...bits('activationBits', [4, 5, 6, 7, 8]),
    ...(joint ? groups.map(group => widthOf(group, { round: 8, minKeep: 0.1 })) : []),
  ])
  const costs = decisionCosts(decidables, groups, costModel(graph, groups), {
    size: () => 0,
    joined: () => [],
  })
  const sites = decidables.map(decidable => ({
    ...decidable,
    features:
      decidable.kind === 'keep'
        ? blankFeatures
        : features(decidable, { errorAtHalf: 0.1, errorAtQuarter: 0.5 }),
  }))
  const most = costs[budget](sites.map(({ legal }) => legal.at(-1)!))
  return { sites, budgets: [{ kind: budget, limit: most * share, cost: costs[budget] }], cost: costs[budget] }
}

function walk(env: ReturnType<typeof compressionEnv>, act: (site: number) => number) {
  const observations: (readonly number[])[] = []
  let decision: ReturnType<typeof env.reset> | null = env.reset()
  while (decision !== null) {
    observations.push(decision.observation)
    decision = env.step(act(decision.site)).next
  }
  return { policy: env.policy(), observations }
}

/** Bit operations counted on the sliced graph, one layer after the other. */
function slowBitops({ keep, weightBits = {}, activationBits = {} }: ReturnType<typeof walk>['policy']) {
  return layerCosts(sliceGraph(graph, groups, firstChannels(Object.entries(keep)))).reduce(
    (sum, { node, macs }) => sum + macs * (weightBits[node] ?? 32) * (activationBits[node] ?? 32),
    0,
  )
}

describe.each([
  ['bits alone', false, 0.4],
  ['bits and widths', true, 0.2],
])('%s', (_, joint, share) => {
  const problem = problemOf('bitops', share, joint)
  const env = compressionEnv(problem)

  it('never costs more bit operations than the budget, and counts them right', () => {
    let used = 0
    for (let episode = 0; episode < 60; episode++) {
      const random = randomStream(5, episode, 'bits')
      const extreme = episode % 3
      const { policy } = walk(env, site => (extreme === 1 ? 1 : extreme === 2 ? site % 2 : random.uniform()))
      const cost = slowBitops(policy)
      const promised = problem.cost(problem.sites.map(({ kind, name }) => policy[kind]![name]!))
      expect(promised).toBeCloseTo(cost, -1)
      expect(promised).toBeLessThanOrEqual(problem.budgets[0]!.limit)
      used += promised / problem.budgets[0]!.limit / 60
    }
    expect(used).toBeGreaterThan(0.85)
  })

  it('decides every layer once, in the order of the layers', () => {
    const { policy } = walk(env, () => 0.5)
    expect(Object.keys(policy.weightBits!).sort()).toEqual([...layers].sort())
    expect(Object.keys(policy.activationBits!).sort()).toEqual([...layers].sort())
    expect(Object.keys(policy.keep)).toHaveLength(joint ? groups.length : 0)
    const at = (kind: string, name: string) =>
      problem.sites.findIndex(site => site.kind === kind && site.name === name)
    const [first = '', second = ''] = layers
    expect(at('weightBits', first)).toBeLessThan(at('weightBits', second))
    expect(at('activationBits', first)).toBeLessThan(at('weightBits', second))
  })

  it('shows the agent numbers in [0,1], as many at each site', () => {
    const { observations } = walk(env, site => (site % 5) / 4)
    for (const observation of observations) {
      expect(observation).toHaveLength(env.features)
      expect(Math.min(...observation)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...observation)).toBeLessThanOrEqual(1)
    }
  })
})

it('maps actions to bits in bins of equal width', () => {
  // HAQ's map for 2 to 8 bits: round(a x 7 + 1.5).
  const bits = bitsOf('weightBits', { name: 'a', layers: ['a'] }, [2, 3, 4, 5, 6, 7, 8])
  for (let i = 0; i <= 100; i++) {
    const action = Math.min(0.9999, i / 100)
    const nearest = bits.actions.reduce(
      (best, known, at) => (Math.abs(known - action) <= Math.abs(bits.actions[best]! - action) ? at : best),
      0,
    )
    expect(bits.legal[nearest]).toBe(Math.round(action * 7 + 1.5 + 1e-12))
  }
  expect(binActions(2)).toEqual([0.25, 0.75])
})

it('has values between the legal ones for budgets to be shared out evenly', () => {
  const width = widthOf({ name: 'g', size: 40, each: 1 }, { round: 8, minKeep: 0 })
  for (const share of [0, 0.05, 0.2, 0.33, 0.5, 0.91, 1])
    expect(valueAt(width, share)).toBeCloseTo(40 * share)
  const bits = bitsOf('weightBits', { name: 'a', layers: ['a'] }, [2, 4, 8])
  expect([0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 1].map(a => Math.round(valueAt(bits, a) * 1e9) / 1e9)).toEqual([
    0, 2, 3, 4, 6, 8,
  ])
})

it('finds the uniform policy: the most bits that, given to all, fit', () => {
  const { sites, budgets } = problemOf('bitops', 0.3, false)
  const action = uniformAction(sites, budgets)
  const chosen = new Set(
    sites.map(({ kind, legal, actions }) => {
      const nearest = actions.reduce(
        (best, known, at) => (Math.abs(known - action) <= Math.abs(actions[best]! - action) ? at : best),
        0,
      )
      return `${kind} ${legal[nearest]}`
    }),
  )
  expect(chosen.size).toBe(2)
})
