import { describe, expect, it } from 'vitest'
import { networkLayers } from '../../src/latency/layers.js'
import { randomStream } from '../../src/random.js'
import type { Instrument, KernelTime } from '../../src/runtime/instrument.js'
import { measureNetwork, measureReference } from '../../src/runtime/measure-network.js'
import { openNodeInstrument } from '../../src/runtime/node-instrument.js'
import { loadModel } from '../fixtures/models.js'

const graph = loadModel('lenet5')
const layers = networkLayers(graph)

/**
 * A machine on which the watched network takes 3 ms and any other 2 ms, its kernels 1, 2, 3, ... tenths of a ms and each a
 * twentieth more while it is watched; and which is disturbed all the time, up to three times slower for some turns.
 */
function disturbed(): Instrument {
  const random = randomStream(1, 0, 'disturbance')
  return {
    runtime: 'a runtime',
    threads: 1,
    async time(models, runs) {
      const slower = Array.from({ length: runs }, () => 1 + 2 * random.uniform())
      return models.map(({ kernels }) => ({
        ms: Float64Array.from(slower, factor => (kernels ? 3 : 2) * factor),
        kernels: kernels ? slower.map(factor => kernelsAt(factor)) : [],
      }))
    },
    close: async () => {},
  }
}

function kernelsAt(factor: number): KernelTime[] {
  return layers.map((_, i) => ({ name: `n@${i}@`, op: 'Conv', us: factor * (tenths(i) * 100 + 50) }))
}

const sum = layers.reduce((total, _, i) => total + i + 1, 0)
/** So that all layers together take 3 ms. */
const tenths = (i: number) => ((i + 1) * 30) / sum

describe('a network on a machine that is disturbed', () => {
  it('is timed in proportion to the reference beside it', async () => {
    const measured = await measureNetwork(disturbed(), await reference(2), 'lenet5', graph)
    expect(measured.time.median).toBeCloseTo(3, 9)
    expect(measured.time.p90).toBeCloseTo(3, 9)
  })

  it('has layers that add up to it, without what watching took', async () => {
    const { layers: times } = await measureNetwork(disturbed(), await reference(2), 'lenet5', graph)
    expect(times.map(({ config }) => config)).toEqual(layers.map(({ config }) => config))
    times.forEach(({ time }, i) => {
      expect(time.median).toBeCloseTo(tenths(i) / 10, 6)
    })
  })

  it('has a reference as fast as its fastest look, with how much it was disturbed', async () => {
    const { ms, noise } = await measureReference(disturbed(), graph)
    expect(ms).toBeGreaterThan(2)
    expect(ms).toBeLessThan(6)
    expect(noise).toBeGreaterThan(0)
  })

  async function reference(ms: number) {
    return { ...(await measureReference(disturbed(), graph)), ms }
  }
})

describe('ONNX Runtime in this process', () => {
  it('times every run, and every kernel of it under the name of its layer', async () => {
    const instrument = openNodeInstrument()
    const reference = await measureReference(instrument, graph)
    const { time, layers: times } = await measureNetwork(instrument, reference, 'lenet5', graph)
    await instrument.close()
    expect(time.n).toBeGreaterThanOrEqual(60)
    expect(time.p10).toBeLessThanOrEqual(time.median)
    expect(time.median).toBeLessThanOrEqual(time.p90)
    // The two convolutions do nine tenths of the multiplications.
    const share = (kind: string) =>
      times.reduce((total, { config, time }) => total + (config.kind === kind ? time.median : 0), 0)
    expect(share('conv')).toBeGreaterThan(share('other'))
  })
})
