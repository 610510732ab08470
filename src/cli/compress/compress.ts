import { removeNoOps } from '../../compress/fold/no-ops.js'
import { foldNorms } from '../../compress/fold/norms.js'
import { dequantizeGraph } from '../../compress/quantize/dequantize.js'
import { modelCost } from '../../evaluate/evaluate-model.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import { scoreModel } from '../../evaluate/score.js'
import { openSession } from '../../runtime/session.js'
import { summaryTable } from '../../ui/summary.js'
import { type Inputs, loadInputs, loadModel } from '../files/inputs.js'
import { assertHolds, modelFile, modelTarget, writeModel } from '../files/model-file.js'
import { assertWritable } from '../files/out-file.js'
import { aboutModel } from '../options/error.js'
import { parseOptions } from '../options/options.js'
import { compressOptions } from './options.js'
import { assertAsked, smaller } from './steps.js'

/** `pare compress`: cuts, splits and folds a model at once; with data, repairs it by least squares and measures it. */
export async function compressCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const options = parseOptions(compressOptions, flags)
  const { model, out } = options
  assertAsked(options)
  const file = modelFile(out, options.format)
  assertWritable(out, file, model, options.overwrite)
  const target = await modelTarget(file, model)
  const inputs = options.data === undefined ? null : await loadInputs(model, options.data, {})
  const { graph: read, size } = inputs ?? (await loadModel(model))
  const graph = dequantizeGraph(read)
  try {
    // What the format cannot hold is refused before the work.
    await assertHolds(target, graph)
    const made = await smaller(graph, options, inputs)
    // A layers model is written by the layers that came in, norms included.
    const leave = options.keepNorms || target.format === 'tfjs-layers'
    const written = leave ? made.graph : removeNoOps(foldNorms(made.graph))
    const original = await scoresOf(inputs?.modelBytes ?? null, inputs)
    const { checked, bytes } = await writeModel(target, written, model => scoresOf(model, inputs))
    const { criterion, policy } = made
    const result = { model, out: file.path, criterion, repaired: inputs !== null, policy }
    print(
      result,
      { scores: original, cost: modelCost(graph, size) },
      { scores: checked, cost: modelCost(written, bytes) },
      options.json,
    )
  } catch (error) {
    throw aboutModel(model, error)
  }
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
