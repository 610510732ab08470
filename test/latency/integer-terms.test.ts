import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { agreement } from '../../src/latency/cross-validate.js'
import { fitTimes, fittedTime } from '../../src/latency/fit.js'
import type { NetworkTime } from '../../src/latency/profile.js'
import { layerTime } from '../../src/latency/profile-schema.js'
import { steady } from '../fixtures/predictors.js'

/** ResNet-14 and variants in int8 as ONNX Runtime 1.30 took them on an x86-64 processor with AVX-512, ms. */
const measured = z
  .object({
    configs: z.array(layerTime.shape.config),
    fit: z.array(z.unknown()),
    heldOut: z.array(z.unknown()),
  })
  .parse(
    JSON.parse(readFileSync(new URL('../fixtures/profiles/resnet14-int8.json', import.meta.url), 'utf8')),
  )

const spread = z.object({ median: z.number(), p10: z.number(), p90: z.number(), n: z.number() })
const network = z.object({ time: spread, layers: z.array(z.tuple([z.number(), z.number()])) }).transform(
  ({ time, layers }): NetworkTime => ({
    model: 'resnet14.onnx',
    time,
    layers: layers.map(([config, ms]) => ({ config: measured.configs[config]!, time: steady(ms) })),
  }),
)

const fit = fitTimes(
  measured.fit.map(one => network.parse(one)),
  [],
)

describe('the terms of integer layers', () => {
  it('follow measured networks that the fit has not seen', () => {
    const others = measured.heldOut.map(one => network.parse(one))
    const { error, rank } = agreement(
      others.map(({ layers }) =>
        layers.reduce((sum, { config }) => sum + fittedTime(fit, config)!, fit.fixed),
      ),
      others.map(({ time }) => time.median),
    )
    expect(error).toBeLessThan(0.03)
    expect(rank).toBeGreaterThan(0.8)
  })

  it('know that fewer than sixteen outputs may take longer than sixteen, as measured', () => {
    const conv = measured.configs.find(
      ({ kind, inChannels, outChannels, outPositions }) =>
        kind === 'conv' && inChannels === 16 && outChannels === 16 && outPositions === 784,
    )!
    expect(fittedTime(fit, { ...conv, outChannels: 8 })).toBeGreaterThan(fittedTime(fit, conv)!)
  })
})
