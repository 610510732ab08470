import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { listProbes } from '../../compress/list-probes.js'
import { calibrate } from '../../evaluate/calibrate.js'
import type { EvaluationContext } from '../../evaluate/context.js'
import { poolEvaluator } from '../../evaluate/pool.js'
import { rankChannels } from '../../evaluate/rank.js'
import { measureSensitivity } from '../../evaluate/sensitivity/measure.js'
import { channelGroups } from '../../graph/groups.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { type Inputs, loadInputs } from '../files/inputs.js'
import { assertWritable } from '../files/out-file.js'
import { aboutModel } from '../options/error.js'
import { parseOptions } from '../options/options.js'
import { listenForStop } from '../options/stop.js'
import { writeWhole } from '../runs/run-folder.js'
import { type SensitivityOptions, sensitivityOptions } from './options.js'
import { type SensitivityReport, sensitivityDocument, sensitivityText } from './result.js'

const workerFile = new URL('../../evaluate/worker.js', import.meta.url)

/** The least time in ms between two lines of progress. */
const PAUSE = 10_000

/**
 * `pare sensitivity`: how much worse the network gets when one layer alone is cut, thinned out or rounded.
 * @throws Interrupted after the user stopped it; what was measured by then is printed first.
 */
export async function sensitivityCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const options = parseOptions(sensitivityOptions, flags)
  const { model, out } = options
  if (out !== undefined) assertWritable(out, { path: out }, model, options.overwrite)
  const inputs = await loadInputs(model, options.data, { metric: options.metric })
  const stop = listenForStop()
  setMaxListeners(0, stop.signal)
  try {
    const report = await measured(options, inputs, stop.signal)
    const json = `${JSON.stringify(sensitivityDocument(report), null, 2)}\n`
    if (out !== undefined) writeWhole(out, json)
    process.stdout.write(options.json ? json : `${sensitivityText(report)}\n`)
    stop.signal.throwIfAborted()
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : aboutModel(model, error)
  } finally {
    stop.release()
  }
}

async function measured(
  options: SensitivityOptions,
  inputs: Inputs,
  signal: AbortSignal,
): Promise<SensitivityReport> {
  const { graph, normalization } = inputs
  const { groups } = channelGroups(graph)
  const probes = listProbes(graph, groups, options)
  if (probes.length === 0) throw new GraphError(`nothing of it can be tried (${options.what.join(', ')})`)
  const context = await contextOf(options, graph, inputs, groups)
  signal.throwIfAborted()
  const evaluator = poolEvaluator(context, options.workers ?? availableParallelism(), workerFile)
  let written = 0
  const progress = (done: number) => {
    if (Date.now() - written < PAUSE) return
    written = Date.now()
    process.stderr.write(`${done} of ${probes.length} measured\n`)
  }
  try {
    const samples = { split: 'val', n: options.samples } as const
    const sensitivity = await measureSensitivity(evaluator, probes, samples, signal, progress)
    const sizes = new Map(groups.map(({ name, size }) => [name, size]))
    return { ...sensitivity, model: options.model, seed: options.seed, normalization, sizes }
  } finally {
    await evaluator.close()
  }
}

/** Only channels need a calibration: of which there are, and for the repair. */
async function contextOf(
  { what, seed }: SensitivityOptions,
  graph: Graph,
  { data }: Inputs,
  groups: EvaluationContext['groups'],
): Promise<EvaluationContext> {
  const cuts = what.includes('channels')
  const moments = cuts ? await calibrate(graph, data, seed) : []
  const ranking = cuts ? await rankChannels('energy', graph, groups, { moments, data, seed }) : new Map()
  const fineTune = { epochs: 0, batchSize: 1, learningRate: 1, backend: 'wasm' } as const
  return { graph, groups, ranking, moments, data, fineTune, seed: String(seed) }
}
