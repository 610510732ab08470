import { describe, expect, it } from 'vitest'
import { channelGroups } from '../../src/graph/groups.js'
import { firstChannels, sliceGraph } from '../../src/graph/slice.js'
import { agreement } from '../../src/latency/cross-validate.js'
import { efficientWidths } from '../../src/latency/efficient-widths.js'
import type { LayerConfig } from '../../src/latency/layer-config.js'
import { layerModels } from '../../src/latency/layer-model.js'
import { networkLayers } from '../../src/latency/layers.js'
import { createPredictor, predictLayer, predictNetwork } from '../../src/latency/predictor.js'
import type { NetworkTime } from '../../src/latency/profile.js'
import { variantWidths } from '../../src/latency/variants.js'
import { randomStream } from '../../src/random.js'
import { loadModel } from '../fixtures/models.js'
import { blockedTime, device, steady } from '../fixtures/predictors.js'

const graph = loadModel('resnet14')
const { groups } = channelGroups(graph)

/** Variant `number` as a device of blocks takes it, each time off by a share of `noise`. */
function variant(number: number, noise: number): NetworkTime {
  const kept = firstChannels(variantWidths(groups, number))
  const random = randomStream(1, number, 'noise')
  const off = () => 1 + noise * random.normal()
  const exact = networkLayers(sliceGraph(graph, groups, kept)).map(({ config }) => blockedTime(config))
  const whole = exact.reduce((sum, { time }) => sum + time.median, 0.01)
  return {
    model: 'resnet14.onnx',
    layers: exact.map(({ config, time }) => ({ config, time: steady(time.median * off()) })),
    time: steady(whole * (1 + (noise / 10) * random.normal())),
  }
}

const seen = Array.from({ length: 30 }, (_, i) => variant(i, 0.1))
const predictor = createPredictor({ device, kind: 'measured', networks: seen })
const config: LayerConfig = networkLayers(graph)[1]!.config

describe('a predictor of measured networks', () => {
  it('predicts networks that it has not seen to 3 %, layers of which were measured to 10 %', () => {
    const others = Array.from({ length: 40 }, (_, i) => variant(100 + i, 0))
    const predicted = others.map(
      ({ layers }) =>
        predictNetwork(
          predictor,
          layers.map(({ config }, i) => ({ name: String(i), nodes: [], config })),
        ).value,
    )
    const found = agreement(
      predicted,
      others.map(({ time }) => time.median),
    )
    expect(found.error).toBeLessThan(0.03)
    expect(found.rank).toBeGreaterThan(0.98)
  })

  it('states its error on networks left out', () => {
    expect(predictor).toMatchObject({ kind: 'fitted', error: { n: 30 } })
    if (predictor.kind !== 'fitted' || predictor.error === null) throw new Error('no error is stated')
    expect(predictor.error.error).toBeGreaterThan(0)
    expect(predictor.error.error).toBeLessThan(0.05)
  })

  it('says where it extrapolates: beyond measured sizes, and for what was never measured', () => {
    expect(predictLayer(predictor, config).basis).toBe('fitted')
    expect(predictLayer(predictor, { ...config, outChannels: 5000 }).basis).toBe('extrapolated')
    const unknown = predictLayer(predictor, { ...config, ops: 'Softmax', kind: 'other' })
    expect(unknown.basis).toBe('extrapolated')
    expect(unknown.value).toBeGreaterThan(0)
  })

  it('takes few bits for int8, and int8 beside float for float', () => {
    const inBits = (weightBits: number, activationBits: number) =>
      predictLayer(predictor, { ...config, weightBits, activationBits })
    expect(inBits(4, 32)).toEqual(inBits(32, 32))
    expect(inBits(4, 6)).toEqual(inBits(8, 8))
    expect(inBits(8, 8).basis).toBe('extrapolated')
  })

  it('finds which widths pay: multiples of the block', () => {
    const widths = efficientWidths(predictor, layerModels(graph, groups), groups)
    const wide = groups.filter(({ size }) => size >= 32)
    expect(wide.length).toBeGreaterThan(3)
    for (const { name, size } of wide) {
      const blocks = Array.from({ length: size / 16 - 1 }, (_, i) => (i + 2) * 16)
      expect(widths[name]).toEqual(expect.arrayContaining(blocks))
      // Of the others most cost more than the next block.
      expect(widths[name]!.length).toBeLessThan(size / 2)
    }
  })
})

describe('a predictor of a table', () => {
  const table = createPredictor({
    device,
    kind: 'table',
    layers: seen[0]!.layers.map(({ config, time }) => ({ config, time: steady(time.median * 3) })),
  })

  it('gives what was measured as it is', () => {
    const { config, time } = seen[0]!.layers.at(-1)!
    expect(predictLayer(table, config)).toEqual({ value: time.median * 3, basis: 'measured' })
  })
})

describe('a roofline', () => {
  const roofline = { macsPerSecond: { 8: 4e9, 32: 1e9 }, bytesPerSecond: 1e9, overhead: 1e-6 }
  const of = (asked: LayerConfig) =>
    predictLayer(createPredictor({ device, kind: 'roofline', roofline }), asked)
  const layer: LayerConfig = {
    ...config,
    ops: 'Gemm',
    kind: 'dense',
    inChannels: 100,
    outChannels: 10,
    groups: 1,
    inPositions: 1,
    outPositions: 1,
    taps: 1,
    macsPerPair: 1,
  }

  it('is the longer of computing and moving, by hand', () => {
    // 110 values and 1,000 weights of 4 bytes take 4.44 us to move, 1,000 multiplications 1 us.
    expect(of(layer)).toEqual({ value: expect.closeTo(0.00444 + 0.001, 9), basis: 'computed' })
    // At 8 bits 1.11 us and 0.25 us.
    expect(of({ ...layer, weightBits: 8, activationBits: 8 }).value).toBeCloseTo(0.00111 + 0.001, 9)
  })
})
