import { describe, expect, it } from 'vitest'
import { leastHarm } from '../../envs/integer-programme.js'
import { costOf, pairwiseCost } from '../../envs/pairwise.js'
import { costModel } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { type Random, randomStream } from '../../src/random.js'
import { allNets } from '../fixtures/nets.js'

/** Costs of a chain of layers, each as wide as it reads times as it makes, with a price for every layer. */
function chain(prices: readonly number[]) {
  return (values: ArrayLike<number>) =>
    prices.reduce((sum, price, i) => sum + price * values[i]! * (values[i + 1] ?? 3), values[0]!)
}

function problem(random: Random, sites: number) {
  const legals = Array.from({ length: sites }, () => {
    const widths = Array.from({ length: 2 + random.below(3) }, () => 1 + random.below(20))
    return { legal: [...new Set(widths)].sort((a, b) => a - b) }
  })
  const harm = legals.map(({ legal }) =>
    legal.map((_, i) => random.uniform() * (legal.length - 1 - i)).sort((a, b) => b - a),
  )
  const cost = chain(legals.map(() => 1 + random.below(5)))
  const dearest = cost(legals.map(({ legal }) => legal.at(-1)!))
  const cheapest = cost(legals.map(({ legal }) => legal[0]!))
  const limit = cheapest + (dearest - cheapest) * (0.2 + 0.6 * random.uniform())
  return { legals, harm, cost, limit }
}

/** The least harm of all policies there are. */
function bruteForce({ legals, harm, cost, limit }: ReturnType<typeof problem>): number {
  const visit = (site: number, values: readonly number[], sum: number): number =>
    site === legals.length
      ? cost(values) <= limit
        ? sum
        : Number.POSITIVE_INFINITY
      : Math.min(
          ...legals[site]!.legal.map((value, p) =>
            visit(site + 1, [...values, value], sum + harm[site]![p]!),
          ),
        )
  return visit(0, [], 0)
}

describe('the integer programme', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))('finds the least harm (case %i)', async seed => {
    const case_ = problem(randomStream('programme', seed, 'case'), 5)
    const { legals, harm, cost, limit } = case_
    const found = await leastHarm(legals, [{ kind: 'macs', limit, cost }], harm)
    expect(found).not.toBeNull()
    expect(cost(found!.map((p, i) => legals[i]!.legal[p]!))).toBeLessThanOrEqual(limit * (1 + 1e-9))
    const least = bruteForce(case_)
    expect(found!.reduce((sum, p, i) => sum + harm[i]![p]!, 0)).toBeLessThanOrEqual(least * 1.001 + 1e-9)
  })

  it('keeps several budgets at once', async () => {
    const { legals, harm, cost, limit } = problem(randomStream('programme', 7, 'two'), 6)
    const width = (values: ArrayLike<number>) => legals.reduce((sum, _, i) => sum + values[i]!, 0)
    const most = width(legals.map(({ legal }) => (legal[0]! + legal.at(-1)!) / 2))
    const budgets = [
      { kind: 'macs', limit, cost },
      { kind: 'params', limit: most, cost: width },
    ] as const
    const values = (await leastHarm(legals, budgets, harm))!.map((p, i) => legals[i]!.legal[p]!)
    expect(cost(values)).toBeLessThanOrEqual(limit * (1 + 1e-9))
    expect(width(values)).toBeLessThanOrEqual(most * (1 + 1e-9))
  })

  it('refuses a cost in which three sites come together', async () => {
    const { legals, harm } = problem(randomStream('programme', 1, 'three'), 3)
    const cost = (v: ArrayLike<number>) => v[0]! * v[1]! * v[2]!
    expect(await leastHarm(legals, [{ kind: 'macs', limit: 1e6, cost }], harm)).toBeNull()
  })
})

const nets = await allNets()

describe('a cost taken apart', () => {
  it.each(nets)('is the cost again: multiply-accumulates of $name', ({ graph }) => {
    const { groups } = channelGroups(graph)
    const { macs } = costModel(graph, groups)
    const sites = groups.map(({ size }) => ({ legal: [Math.ceil(size / 4), Math.ceil(size / 2), size] }))
    const parts = pairwiseCost(macs, sites)
    // Products of three widths are there in attention alone.
    if (parts === null) return expect(graph.nodes.some(({ op }) => op === 'MatMul')).toBe(true)
    const random = randomStream('taken apart', 0, 'policies')
    for (let i = 0; i < 30; i++) {
      const positions = sites.map(({ legal }) => random.below(legal.length))
      const real = macs(positions.map((p, s) => sites[s]!.legal[p]!))
      expect(Math.abs(costOf(parts, positions) - real)).toBeLessThanOrEqual(1e-5 * real)
    }
  })
})
