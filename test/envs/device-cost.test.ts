import { describe, expect, it } from 'vitest'
import { assertReachable, BudgetError, legalInterval } from '../../envs/budget.js'
import { widthOf } from '../../envs/decidables.js'
import { deviceCost } from '../../envs/device-cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { firstChannels, sliceGraph } from '../../src/graph/slice.js'
import { layerModels } from '../../src/latency/layer-model.js'
import { networkLayers } from '../../src/latency/layers.js'
import { createPredictor, predictNetwork } from '../../src/latency/predictor.js'
import { variantWidths } from '../../src/latency/variants.js'
import { randomStream } from '../../src/random.js'
import { allNets } from '../fixtures/nets.js'
import { blockedTime, device, steady } from '../fixtures/predictors.js'

const nets = (await allNets()).filter(({ name }) => !name.startsWith('lenet'))

describe.each(nets)('the time of $name on a device that is slower for odd widths', ({ name, graph }) => {
  const { groups } = channelGroups(graph)
  const cut = (widths: ReadonlyMap<string, number>) =>
    networkLayers(sliceGraph(graph, groups, firstChannels(widths)))
  const networks = Array.from({ length: 12 }, (_, i) => {
    const layers = cut(variantWidths(groups, i)).map(({ config }) => blockedTime(config))
    return { model: name, layers, time: steady(layers.reduce((sum, { time }) => sum + time.median, 0)) }
  })
  const predictor = createPredictor({ device, kind: 'measured', networks })
  const sites = groups.map(group => widthOf(group, { round: 4, minKeep: 0.1 }))
  const cost = deviceCost(predictor, layerModels(graph, groups), groups, sites)
  const predicted = (values: readonly number[]) =>
    predictNetwork(predictor, cut(new Map(groups.map((group, g) => [group.name, values[g]!])))).value
  const largest = sites.map(({ legal }) => legal.at(-1)!)
  const least = sites.map(({ legal }) => legal[0]!)

  it('is never less than what is predicted, nor falls when a width rises', () => {
    const random = randomStream(1, 0, name)
    for (let i = 0; i < 20; i++) {
      const values = sites.map(({ legal }) => legal[random.below(legal.length)]!)
      expect(cost(values)).toBeGreaterThanOrEqual(predicted(values) * (1 - 1e-9))
      const site = random.below(sites.length)
      const wider = values.with(site, largest[site]!)
      expect(cost(wider)).toBeGreaterThanOrEqual(cost(values))
    }
  })

  it('keeps a budget exactly while a policy is built', () => {
    const limit = cost(least) + 0.4 * (cost(largest) - cost(least))
    const budgets = [{ kind: 'latency', limit, cost } as const]
    const random = randomStream(2, 0, name)
    for (let i = 0; i < 5; i++) {
      const values = [...largest]
      sites.forEach((site, s) => {
        const { low, high } = legalInterval(budgets, sites, values, s)
        values[s] = site.legal[low + random.below(high - low + 1)]!
      })
      expect(predicted(values)).toBeLessThanOrEqual(limit * (1 + 1e-9))
    }
  })

  it('says what is the least where a budget cannot be met', () => {
    const limit = cost(least) * 0.9
    expect(() => assertReachable([{ kind: 'latency', limit, cost }], sites)).toThrow(BudgetError)
    expect(() => assertReachable([{ kind: 'latency', limit, cost }], sites)).toThrow(
      /smallest reachable is latency=/,
    )
  })
})
