import { expect, it } from 'vitest'
import { addNumbers, emptyHistogram } from '../../src/compress/quantize/histogram.js'
import { insertQuantizers, quantizableValues } from '../../src/compress/quantize/insert.js'
import { bitPlaces, planOf } from '../../src/compress/quantize/places.js'
import { bitopsModel, bitsOfLayers, countBitops } from '../../src/graph/bitops.js'
import { costModel, countMacs } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { randomStream } from '../../src/random.js'
import { allNets } from '../fixtures/nets.js'

const nets = await allNets()

it.each(nets.map(net => [net.name, net.graph] as const))(
  '%s: bit operations of a quantised graph are those its policy promises',
  (name, graph) => {
    const random = randomStream(3, 0, name)
    const places = bitPlaces(graph)
    const bits = (kind: 'weightBits' | 'activationBits') =>
      Object.fromEntries(places[kind].map(({ name }) => [name, 2 + random.below(7)]))
    const policy = { keep: {}, weightBits: bits('weightBits'), activationBits: bits('activationBits') }
    const seen = addNumbers(emptyHistogram(), Float32Array.of(-1, 0, 2), 'x')
    const histograms = new Map(quantizableValues(graph).map(value => [value, seen]))
    const plan = planOf(graph, policy)!
    const quantized = insertQuantizers(graph, plan, { histograms, ranges: 'minmax', per: 'channel' })
    const { groups } = channelGroups(graph)
    const promised = bitopsModel(costModel(graph, groups))(
      groups.map(({ size }) => size),
      layer => ({
        weights: plan.get(layer)?.weight ?? 32,
        activations: plan.get(layer)?.activation ?? 32,
      }),
    )
    expect(countBitops(quantized) / promised).toBeCloseTo(1, 12)
    const found = bitsOfLayers(quantized)
    for (const [layer, { weight, activation }] of plan)
      expect({ layer, ...found.get(layer) }).toEqual({ layer, weights: weight, activations: activation })
    expect(countBitops(graph)).toBe(countMacs(graph) * 32 * 32)
    expect(promised).toBeLessThan(countBitops(graph) / 16 + countBitops(graph) / 2)
  },
)
