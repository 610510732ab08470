import { describe, expect, it } from 'vitest'
import { channelsOf, weightScales } from '../../../src/compress/quantize/weight-scales.js'
import { floatTensor } from '../../../src/graph/tensor.js'
import { randomStream } from '../../../src/random.js'
import { normalSamples } from '../../fixtures/run.js'

const weight = floatTensor([3, 4, 5], normalSamples(randomStream(1, 0, 'weight'), 60))

/** Squared error of a channel on a symmetric grid. */
function errorOf(channel: Float32Array, scale: number, bits: number): number {
  const top = 2 ** (bits - 1) - 1
  return channel.reduce(
    (sum, w) => sum + (Math.min(top, Math.max(-top, Math.round(w / scale))) * scale - w) ** 2,
    0,
  )
}

describe('scales of weights', () => {
  it.each([0, 1, 2])('stand for the channels along axis %i', axis => {
    const channels = channelsOf(weight, axis)
    for (const [c, channel] of channels.entries()) {
      const own = [...weight.data].filter((_, i) => {
        const index = [Math.floor(i / 20), Math.floor(i / 5) % 4, i % 5]
        return index[axis] === c
      })
      expect([...channel]).toEqual(own)
    }
    const scales = weightScales(weight, axis, { bits: 8, method: 'minmax', least: [] })
    expect([...scales]).toEqual(
      channels.map(channel => Math.fround(Math.max(...channel.map(Math.abs)) / 127)),
    )
  })

  it.each([2, 3, 4, 8])('by mse at %i bits have no larger error than by minmax', bits => {
    const [byError, byLargest] = (['mse', 'minmax'] as const).map(method =>
      weightScales(weight, 0, { bits, method, least: [] }),
    )
    let better = 0
    for (const [c, channel] of channelsOf(weight, 0).entries()) {
      const [found, plain] = [errorOf(channel, byError![c]!, bits), errorOf(channel, byLargest![c]!, bits)]
      expect(found).toBeLessThanOrEqual(plain * 1.0001)
      if (found < 0.9 * plain) better++
    }
    if (bits < 4) expect(better).toBeGreaterThan(0)
  })

  it.each(['mse', 'minmax'] as const)('of binary weights have the least error of all, by %s', method => {
    const scales = weightScales(weight, 0, { bits: 1, method, least: [] })
    for (const [c, channel] of channelsOf(weight, 0).entries()) {
      const error = (scale: number) =>
        channel.reduce((sum, w) => sum + Math.min((w - scale) ** 2, (w + scale) ** 2), 0)
      const others = Array.from({ length: 300 }, (_, i) => error(i / 100))
      expect(error(scales[c]!)).toBeLessThanOrEqual(Math.min(...others) + 1e-6)
    }
  })

  it('are 1 for zeros, and never below what a bias asks for', () => {
    const zeros = floatTensor([2, 2], [0, 0, 1, -2])
    expect([...weightScales(zeros, 0, { bits: 8, method: 'minmax', least: [] })]).toEqual([
      1,
      Math.fround(2 / 127),
    ])
    expect([...weightScales(zeros, 0, { bits: 8, method: 'mse', least: [0.5, 0.25] })]).toEqual([0.5, 0.25])
  })
})
