import { rankByWeights } from '../compress/criteria/by-weights.js'
import { isWeightCriterion } from '../compress/criteria/criterion.js'
import { createPrune, type Prune } from '../compress/prune.js'
import { dequantizeGraph } from '../compress/quantize/dequantize.js'
import { createRepair } from '../compress/repair.js'
import { calibrate } from '../evaluate/calibrate.js'
import { modelCost } from '../evaluate/evaluate-model.js'
import type { Evaluation } from '../evaluate/evaluation.js'
import { rankChannels } from '../evaluate/rank.js'
import { scoreModel } from '../evaluate/score.js'
import { type ChannelGroup, channelGroups } from '../graph/groups.js'
import { type Graph, GraphError } from '../graph/types.js'
import { openSession } from '../runtime/session.js'
import { summaryTable } from '../ui/summary.js'
import { type CompressOptions, compressOptions } from './compress-options.js'
import { keepCounts } from './counts.js'
import { aboutModel, UsageError } from './error.js'
import { type Inputs, loadInputs, loadModel } from './inputs.js'
import { assertHolds, modelFile, modelTarget, writeModel } from './model-file.js'
import { parseOptions } from './options.js'
import { assertWritable } from './out-file.js'
import { pinnedGroups } from './pinned.js'

/** `pare compress`: prunes a model at once; with data, repairs it by least squares and measures it. */
export async function compressCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const options = parseOptions(compressOptions, flags)
  const { model, out, policy } = options
  if ((options.keep === undefined) === (policy === undefined))
    throw new UsageError(`expected --keep or --policy, found ${policy === undefined ? 'neither' : 'both'}`)
  const file = modelFile(out, options.format)
  assertWritable(out, file, model, options.overwrite)
  const target = await modelTarget(file, model)
  const inputs = options.data === undefined ? null : await loadInputs(model, options.data, null)
  const { graph: read, size } = inputs ?? (await loadModel(model))
  const graph = dequantizeGraph(read)
  try {
    // What the format cannot hold is refused before the work.
    await assertHolds(target, graph)
    const { groups, frozen } = channelGroups(graph)
    if (groups.length === 0)
      throw new GraphError(`no channels can be pruned (${frozen[0]?.reason ?? 'no layers with weights'})`)
    const keep = keepCounts(groups, options, pinnedGroups(graph, groups, options))
    const { prune, criterion } = await pruner(graph, groups, options, inputs)
    const pruned = prune(keep)
    const original = await scoresOf(inputs?.modelBytes ?? null, inputs)
    const { checked, bytes } = await writeModel(target, pruned, model => scoresOf(model, inputs))
    const result = { model, out: file.path, criterion, repaired: inputs !== null, policy: { keep } }
    print(
      result,
      { scores: original, cost: modelCost(graph, size) },
      { scores: checked, cost: modelCost(pruned, bytes) },
      options.json,
    )
  } catch (error) {
    throw aboutModel(model, error)
  }
}

/** What turns keep counts into a graph, by the criterion asked for or the usual one. */
async function pruner(
  graph: Graph,
  groups: readonly ChannelGroup[],
  { criterion: asked, seed }: CompressOptions,
  inputs: Inputs | null,
): Promise<{ readonly prune: Prune; readonly criterion: string }> {
  if (inputs !== null) {
    const criterion = asked ?? 'energy'
    const moments = await calibrate(graph, inputs.data, seed)
    const ranking = await rankChannels(criterion, graph, groups, { moments, data: inputs.data, seed })
    return { prune: createPrune(groups, ranking, createRepair(graph, groups, moments)), criterion }
  }
  const criterion = asked ?? 'l1'
  if (!isWeightCriterion(criterion))
    throw new UsageError(`--criterion ${criterion}: looks at samples, so it needs --data`)
  const ranking = rankByWeights(criterion, graph, groups, seed)
  process.stderr.write(
    `no --data: channels are chosen by ${criterion} alone; nothing is repaired or measured\n`,
  )
  return { prune: createPrune(groups, ranking, () => graph), criterion }
}

/** Validation accuracy of a model where there are samples; null for the original without them. */
async function scoresOf(
  model: Uint8Array | string | null,
  inputs: Inputs | null,
): Promise<Evaluation['scores']> {
  if (model === null) return {}
  if (inputs !== null) return { val: await scoreModel(model, inputs.data.val, inputs.data.sampleShape) }
  // ONNX Runtime has the last word on whether a file is a model.
  await (await openSession(model)).close()
  return {}
}

function print(result: object, original: Evaluation, compressed: Evaluation, json: boolean): void {
  if (json) {
    const figures = ({ scores, cost }: Evaluation) => ({ ...cost, ...scores })
    const document = { ...result, original: figures(original), compressed: figures(compressed) }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    return
  }
  const report = (evaluation: Evaluation) => ({ ...evaluation, latencyMs: null })
  const table = summaryTable({
    original: report(original),
    compressed: report(compressed),
    before: null,
  })
  process.stdout.write(`${table}\n`)
}
