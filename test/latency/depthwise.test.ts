import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readSheet } from '../../src/cli/profile/sheet.js'
import { type NetworkLayer, networkLayers } from '../../src/latency/layers.js'
import { createPredictor, predictNetwork } from '../../src/latency/predictor.js'
import type { DeviceProfile } from '../../src/latency/profile.js'
import { loadModel } from '../fixtures/models.js'

/** A small accelerator that computes much and moves little: twice as fast with half the bits. */
const edge: DeviceProfile = {
  device: { name: 'edge', runtime: 'made', threads: 1, unit: 'ms' },
  kind: 'roofline',
  roofline: { macsPerSecond: { 2: 8e11, 4: 4e11, 8: 2e11 }, bytesPerSecond: 1e9, overhead: 0 },
}
const cmos = readSheet(fileURLToPath(new URL('../../examples/devices/cmos-45nm.yaml', import.meta.url)))

const layers = networkLayers(loadModel('mobilenetv2'))
const depthwise = layers.filter(({ config }) => config.kind === 'depthwise')
const pointwise = layers.filter(({ config }) => config.kind === 'pointwise')

/** What is saved by so many bits instead of 8, as a share. */
function saved(
  profile: DeviceProfile,
  of: readonly NetworkLayer[],
  weightBits: number,
  activationBits: number,
) {
  const at = (w: number, a: number) =>
    predictNetwork(
      createPredictor(profile),
      of.map(layer => ({ ...layer, config: { ...layer.config, weightBits: w, activationBits: a } })),
    ).value
  return 1 - at(weightBits, activationBits) / at(8, 8)
}

// HAQ's own table has 1.6 and 74 % for the depthwise layers, 57 and 72 % for the others, of ImageNet's MobileNet-V2.
it.each([
  ['time by a roofline', edge],
  ['energy by operations', { device: cmos.device, ...cmos.sheet }],
] as const)('depthwise layers gain by fewer bits of values, hardly by those of weights: %s', (_, profile) => {
  expect(saved(profile, depthwise, 2, 8)).toBeLessThan(0.03)
  expect(saved(profile, depthwise, 8, 2)).toBeGreaterThan(0.7)
  expect(saved(profile, pointwise, 2, 8)).toBeGreaterThan(2 * saved(profile, depthwise, 2, 8))
})
