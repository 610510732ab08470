import { quantile } from 'simple-statistics'
import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import { type NetworkLayer, networkLayers } from '../latency/layers.js'
import type { LayerTime, NetworkTime, Spread } from '../latency/profile.js'
import { layersOfKernels, tagLayers } from '../latency/tags.js'
import { feedsOf } from './feeds.js'
import type { Instrument, ModelTimes, TimedModel } from './instrument.js'
import { spreadOf } from './spread.js'
import { untilSure } from './until-sure.js'

/** What other networks are measured beside: a machine that is busy slows both, and their ratio stays. */
export interface Reference {
  readonly model: TimedModel
  /** Its time on the quiet machine. */
  readonly ms: number
}

/** Looks at the reference alone, of which the fastest says how fast the machine is when nothing disturbs it. */
const LOOKS = 40
const RUNS_A_LOOK = 30

/** Times a model alone. `noise` is how much slower one in ten looks was than the fastest, as a share. */
export async function measureReference(
  instrument: Instrument,
  graph: Graph,
): Promise<Reference & { readonly noise: number }> {
  const model = { model: writeOnnx(graph), feeds: feedsOf(graph), kernels: false }
  const medians: number[] = []
  for (let look = 0; look < LOOKS; look++) {
    const [times] = await instrument.time([model], RUNS_A_LOOK)
    medians.push(spreadOf(times!.ms).median)
  }
  const fastest = Math.min(...medians)
  return { model, ms: fastest, noise: quantile(medians, 0.9) / fastest - 1 }
}

/** Times a network and its layers, in the units of the reference on the quiet machine, until the median is sure enough. */
export async function measureNetwork(
  instrument: Instrument,
  reference: Reference,
  model: string,
  graph: Graph,
): Promise<NetworkTime> {
  const layers = networkLayers(graph)
  const tagged = tagLayers(graph, layers)
  const timed = { model: writeOnnx(tagged), feeds: feedsOf(tagged), kernels: true }
  const parts = layers.map((): number[] => [])
  const kernels = layers.map(() => 0)
  const whole = await untilSure(async runs => {
    const [beside, own] = await instrument.time([reference.model, timed], runs)
    // Each run counts by the reference's run right before it.
    const speed = Array.from(beside!.ms, ms => reference.ms / ms)
    layerRuns(own!, layers.length).forEach((times, run) => {
      times.forEach((ms, layer) => {
        parts[layer]!.push(ms * speed[run]!)
      })
    })
    kernels.fill(0)
    for (const layer of layersOfKernels(own!.kernels[0]!)) kernels[layer]!++
    return Array.from(own!.ms, (ms, run) => ms * speed[run]!)
  })
  const time = spreadOf(whole)
  return { model, layers: layerTimes(layers, { parts, kernels }, time), time }
}

/** Milliseconds of each layer in each run; kernels that went unseen took nothing. */
function layerRuns({ kernels }: ModelTimes, layers: number): readonly Float64Array[] {
  return kernels.map(run => {
    const times = new Float64Array(layers)
    const places = layersOfKernels(run)
    run.forEach(({ us }, i) => {
      times[places[i]!]! += us / 1000
    })
    return times
  })
}

/** The least share of what the profiler saw that is a layer's own, and the least time at all, ms. */
const LEAST_SHARE = 0.1
const LEAST = 1e-6

/**
 * Layers' times. Watching takes time too, as much for every kernel: what all together take more than the network did when
 * nobody watched is taken from each alike.
 */
function layerTimes(
  layers: readonly NetworkLayer[],
  { parts, kernels }: { readonly parts: readonly (readonly number[])[]; readonly kernels: readonly number[] },
  whole: Spread,
): readonly LayerTime[] {
  const seen = parts.map(spreadOf)
  const excess = seen.reduce((sum, { median }) => sum + median, 0) - whole.median
  const each = Math.max(0, excess / kernels.reduce((sum, count) => sum + count, 0))
  return layers.map(({ config }, i) => {
    const { median, p10, p90, n } = seen[i]!
    const own = (ms: number) => Math.max(ms - each * kernels[i]!, ms * LEAST_SHARE, LEAST)
    return { config, time: { median: own(median), p10: own(p10), p90: own(p90), n } }
  })
}
