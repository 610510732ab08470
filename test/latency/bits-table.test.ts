import { describe, expect, it } from 'vitest'
import { layersWithWeights, tableTimes } from '../../src/latency/bits-table.js'
import { workOf } from '../../src/latency/layer-config.js'
import { type NetworkLayer, networkLayers } from '../../src/latency/layers.js'
import { createPredictor, predictNetwork } from '../../src/latency/predictor.js'
import { randomStream } from '../../src/random.js'
import { loadModel } from '../fixtures/models.js'

const graph = loadModel('mobilenetv2')
const weighted = layersWithWeights(graph)
const isDepthwise = ({ config }: NetworkLayer) => config.kind === 'depthwise'

/** Cycles of a bit-serial accelerator, whose array has no use for the bits of a depthwise layer's weights, and some noise. */
const random = randomStream(5, 0, 'table')
const table = weighted.flatMap(layer =>
  Array.from({ length: 64 }, (_, i) => {
    const [w, a] = [Math.floor(i / 8) + 1, (i % 8) + 1]
    const perMac = isDepthwise(layer) ? a * (1 + 0.002 * w) : (w * a) / 8
    return Math.ceil(100 + workOf(layer.config).macs * perMac * (1 + 0.01 * random.uniform()))
  }),
)
const device = { name: 'made', runtime: 'imported', threads: 1, unit: 'cycles' } as const
const layers = tableTimes(
  weighted.map(({ config }) => config),
  table,
)
const predictor = createPredictor({ device, kind: 'table', layers })

/** The network with some bits throughout, or in the layers that are chosen. */
function withBits(w: number, a: number, chosen: (layer: NetworkLayer) => boolean = () => true) {
  return networkLayers(graph).map(layer =>
    chosen(layer)
      ? { ...layer, config: { ...layer.config, weightBits: w, activationBits: a } }
      : { ...layer, config: { ...layer.config, weightBits: 8, activationBits: 8 } },
  )
}

/** The table's own sum, as its simulator has it. */
function sumAt(w: number, a: number, chosen: (layer: NetworkLayer) => boolean = () => true): number {
  return weighted.reduce(
    (sum, layer, i) => sum + table[chosen(layer) ? i * 64 + (w - 1) * 8 + a - 1 : i * 64 + 63]!,
    0,
  )
}

describe('a table in the form of HAQ', () => {
  it('lists every convolution and dense layer, in order', () => {
    expect(weighted).toHaveLength(graph.nodes.filter(({ op }) => op === 'Conv' || op === 'Gemm').length)
    expect(weighted.filter(isDepthwise).length).toBeGreaterThan(5)
  })

  it.each([
    [8, 8],
    [2, 8],
    [8, 2],
    [3, 5],
  ])(
    'tells the sum of its figures for %i and %i bits throughout, pooling and additions uncounted',
    (w, a) => {
      const { value, extrapolated } = predictNetwork(predictor, withBits(w, a))
      expect(value / sumAt(w, a)).toBeCloseTo(1, 2)
      expect(extrapolated).toEqual([])
    },
  )

  it('has a float network run in the most bits that it lists', () => {
    expect(predictNetwork(predictor, networkLayers(graph))).toEqual(predictNetwork(predictor, withBits(8, 8)))
  })

  it('knows that depthwise layers gain by bits of values, not by those of weights', () => {
    const share = (w: number, a: number, chosen: (layer: NetworkLayer) => boolean) => {
      const of = (layers: readonly NetworkLayer[]) => predictNetwork(predictor, layers.filter(chosen)).value
      return 1 - of(withBits(w, a)) / of(withBits(8, 8))
    }
    const isOther = (layer: NetworkLayer) => !isDepthwise(layer)
    expect(share(2, 8, isDepthwise)).toBeLessThan(0.02)
    expect(share(8, 2, isDepthwise)).toBeGreaterThan(0.7)
    expect(share(2, 8, isOther)).toBeGreaterThan(0.5)
  })

  it('makes one measurement of layers of equal sizes', () => {
    const config = weighted[0]!.config
    const figures = [...Array(64).fill(4), ...Array(64).fill(8)]
    const times = tableTimes([config, config], figures)
    expect(times).toHaveLength(64)
    expect(times[0]!.time).toEqual({ median: 6, p10: 4.4, p90: 7.6, n: 2 })
  })
})
