import { describe, expect, it } from 'vitest'
import { compressionEnv } from '../../envs/compression.js'
import { decisionsOf } from '../../src/cli/search/problem.js'
import { removeBlocks, residualBlocks } from '../../src/compress/blocks/find.js'
import { createFactorize } from '../../src/compress/factorize/factorize.js'
import type { DecisionKind } from '../../src/compress/policy.js'
import { countBitops } from '../../src/graph/bitops.js'
import { countMacs, layerCosts } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { countParams } from '../../src/graph/parameters.js'
import { firstChannels, sliceGraph } from '../../src/graph/slice.js'
import { randomStream } from '../../src/random.js'
import { loadModel } from '../fixtures/models.js'
import { blankFeatures } from '../fixtures/site-features.js'

const kinds: readonly (readonly DecisionKind[])[] = [['rank'], ['keep', 'rank'], ['blocks', 'keep', 'rank']]

describe.each(['resnet14', 'mobilenetv2'] as const)('ranks of %s', name => {
  const graph = loadModel(name)
  const { groups } = channelGroups(graph)
  const blocks = residualBlocks(graph)
  const original = countMacs(graph)
  const decisions = (decide: readonly DecisionKind[], share: number) =>
    decisionsOf(
      {
        budgets: [{ kind: 'macs', asked: '', original, limit: share * original }],
        round: 4,
        minKeep: 0.1,
        decide: [...decide],
        weightBits: [4, 8],
        activationBits: [8],
        float: [],
        blocks: Object.fromEntries(blocks.map(({ name }) => [name, 0])),
      },
      graph,
      groups,
    )
  const kept = (keep: Readonly<Record<string, number>>) => firstChannels(Object.entries(keep))
  const factorize = createFactorize('outputs')

  it.each(kinds)('cost what the split graph costs, within the budget (%s %s %s)', (...decide) => {
    const { decidables, budgets, costs } = decisions(decide, 0.7)
    const sites = decidables.map(decidable => ({ ...decidable, features: blankFeatures }))
    const env = compressionEnv({ sites, budgets, cost: costs.macs })
    let splits = 0
    for (let episode = 0; episode < 4; episode++) {
      const random = randomStream(6, episode, 'ranks')
      for (let at: ReturnType<typeof env.reset> | null = env.reset(); at !== null; )
        at = env.step(random.uniform()).next
      const policy = env.policy()
      const values = decidables.map(({ kind, name }) => policy[kind]![name]!)
      const gone = blocks.filter(({ name }) => policy.blocks?.[name] === 0)
      const cut = removeBlocks(sliceGraph(graph, groups, kept(policy.keep)), gone)
      // Which directions stay changes no cost; those of the weights alone take least time.
      const { graph: built, thin } = factorize(cut, new Map(Object.entries(policy.rank!)))
      splits += thin.size
      expect([costs.macs(values), costs.params(values)]).toEqual([countMacs(built), countParams(built)])
      expect(costs.bitops(values)).toBe(countBitops(built))
      expect(costs.macs(values)).toBeLessThanOrEqual(0.7 * original)
    }
    expect(splits).toBeGreaterThan(4)
  })

  it('never cost less when a value rises', () => {
    const { decidables, costs } = decisions(['blocks', 'keep', 'rank'], 1)
    const random = randomStream(8, 0, name)
    for (let i = 0; i < 300; i++) {
      const places = decidables.map(({ legal }) => random.below(legal.length))
      const raised = random.below(decidables.length)
      const valuesOf = (of: readonly number[]) => decidables.map(({ legal }, d) => legal[of[d]!]!)
      const more = places.map((place, d) =>
        d === raised ? Math.min(place + 1, decidables[d]!.legal.length - 1) : place,
      )
      for (const kind of ['macs', 'params', 'bitops'] as const)
        expect(costs[kind](valuesOf(more))).toBeGreaterThanOrEqual(costs[kind](valuesOf(places)))
    }
  })

  it('stand beside bits, which the thin layers share', () => {
    const { decidables, costs } = decisions(['rank', 'weightBits', 'activationBits'], 1)
    const least = decidables.map(({ legal }) => legal[0]!)
    const ranks = new Map(
      decidables.flatMap(({ kind, name, legal }) => (kind === 'rank' ? [[name, legal[0]!] as const] : [])),
    )
    const { graph: built, thin } = factorize(graph, ranks)
    const owner = new Map([...thin].flatMap(([layer, parts]) => parts.map(part => [part, layer] as const)))
    const bitsOf = (kind: DecisionKind, node: string) => {
      const site = decidables.findIndex(
        one => one.kind === kind && one.layers.includes(owner.get(node) ?? node),
      )
      return site < 0 ? 32 : least[site]!
    }
    const slow = layerCosts(built).reduce(
      (sum, { node, macs }) => sum + macs * bitsOf('weightBits', node) * bitsOf('activationBits', node),
      0,
    )
    expect(costs.bitops(least)).toBeCloseTo(slow, 0)
  })
})
