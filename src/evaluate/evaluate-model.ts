import type { DataSet } from '../data/dataset.js'
import { countBitops } from '../graph/bitops.js'
import { layerCosts, sumMacs } from '../graph/cost.js'
import { countParams } from '../graph/parameters.js'
import { elementCount } from '../graph/tensor.js'
import type { Graph } from '../graph/types.js'
import type { Instrument } from '../runtime/instrument.js'
import { latencyOf, measureLatency, RUNS } from '../runtime/latency.js'
import { openSession } from '../runtime/session.js'
import type { ModelFiles } from './deploy.js'
import { deviceCosts, type Predictors } from './device-costs.js'
import type { Cost, Evaluation, Latency } from './evaluation.js'
import type { Cancellation } from './evaluator.js'
import { scoreModel } from './score.js'

/** What a graph costs, in an .onnx file of so many bytes, and in the file that holds it as it is. */
export function modelCost(graph: Graph, bytes: number, size = bytes): Cost {
  const layers = layerCosts(graph)
  return {
    macs: sumMacs(layers),
    params: countParams(graph),
    bitops: countBitops(graph, layers),
    ...{ bytes, size },
  }
}

/** The facts of a graph, in its files, on the validation split. */
export async function evaluateModel(
  graph: Graph,
  { model, packed }: ModelFiles,
  { val, sampleShape }: DataSet,
  predictors: Predictors,
  cancellation?: Cancellation,
): Promise<Evaluation> {
  return {
    scores: { val: await scoreModel(model, val, sampleShape, cancellation) },
    cost: { ...modelCost(graph, model.byteLength, packed?.byteLength), ...deviceCosts(graph, predictors) },
  }
}

/** Latencies of .onnx files side by side, in order; none where one of them takes no batch of one. */
export async function latenciesOf(
  models: readonly Uint8Array[],
  { val, sampleShape }: DataSet,
): Promise<readonly Latency[]> {
  const sessions = await Promise.all(models.map(model => openSession(model)))
  try {
    if (sessions.some(session => (session.batch ?? 1) !== 1)) return []
    const sample = val.samples.slice(0, elementCount(sampleShape))
    return await measureLatency(sessions, sample, [1, ...sampleShape])
  } finally {
    await Promise.all(sessions.map(session => session.close()))
  }
}

/** Latency of one .onnx file by an instrument; null where it takes no batch of one. */
export async function latencyIn(
  instrument: Instrument,
  model: Uint8Array,
  { val, sampleShape }: DataSet,
): Promise<Latency | null> {
  const { inputs, batch, close } = await openSession(model)
  await close()
  if ((batch ?? 1) !== 1) return null
  const data = val.samples.slice(0, elementCount(sampleShape))
  const feeds = { [inputs[0] ?? '']: { data, shape: [1, ...sampleShape] } }
  const [times] = await instrument.time([{ model, feeds, kernels: false }], RUNS)
  return times === undefined ? null : latencyOf(times.ms)
}
