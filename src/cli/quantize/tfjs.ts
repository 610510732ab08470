import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { quantizableLayers } from '../../compress/quantize/layers.js'
import { modelCost } from '../../evaluate/evaluate-model.js'
import { scoreModel } from '../../evaluate/score.js'
import { writeOnnx } from '../../formats/onnx/write.js'
import { readTfjs } from '../../formats/tfjs/read.js'
import { saveTfjs } from '../../formats/tfjs/save.js'
import type { Stored } from '../../formats/tfjs/weights/quantize.js'
import { summaryTable } from '../../ui/summary.js'
import { loadInputs } from '../files/inputs.js'
import type { ModelFile } from '../files/model-file.js'
import { aboutModel, UsageError } from '../options/error.js'
import { bitPlan } from './bit-plan.js'
import type { QuantizeOptions } from './options.js'

const NOTE = 'smaller file, same compute: TF.js makes float32 weights of it as it loads'

/** `pare quantize` to TF.js, which stores weights in one or two bytes and computes in float32. */
export async function quantizeTfjs(options: QuantizeOptions, { path }: ModelFile): Promise<void> {
  const { model, activationBits, fallback, policy, rounding, bits, weightBits = bits } = options
  if (typeof activationBits === 'number')
    throw new UsageError(
      '--activation-bits: TF.js computes in float32; only weights can be stored in fewer bits',
    )
  if (fallback !== undefined || policy !== undefined)
    throw new UsageError(`--${policy === undefined ? 'fallback' : 'policy'}: for ONNX alone`)
  if (rounding === 'compensated')
    throw new UsageError(
      '--rounding compensated: for ONNX alone; TF.js has one grid a tensor, rounded to nearest',
    )
  const { graph, size, data, modelBytes } = await loadInputs(model, options.data, { metric: options.metric })
  const folder = mkdtempSync(join(tmpdir(), 'pare-tfjs-'))
  try {
    const stored: Stored =
      weightBits === 'float16' ? { kind: 'float16' } : { kind: 'integers', bits: weightBits }
    const plan = bitPlan(graph, { ...options, weightBits: undefined }, { weight: 8, activation: null })
    const weights = quantizableLayers(graph).layers.filter(({ node }) => plan.has(node))
    const storage = new Map(weights.map(({ weight }) => [weight, stored] as const))
    // What was written is read again and run before it takes its place.
    const trial = join(folder, 'model.json')
    saveTfjs(trial, graph, storage)
    const val = await scoreModel(writeOnnx(await readTfjs(trial)), data.val, data.sampleShape)
    if (!existsSync(dirname(path))) mkdirSync(dirname(path))
    const bytes = saveTfjs(path, graph, storage)
    const original = {
      scores: { val: await scoreModel(modelBytes, data.val, data.sampleShape) },
      cost: modelCost(graph, size),
      latencyMs: null,
    }
    const quantized = { scores: { val }, cost: modelCost(graph, bytes), latencyMs: null }
    const wasted = weightBits !== 'float16' && weightBits !== 8 && weightBits !== 16
    const notes = [
      NOTE,
      ...(wasted ? [`TF.js stores weights of ${weightBits} bits in ${weightBits > 8 ? 16 : 8}`] : []),
    ]
    const figures = ({ scores, cost }: typeof original) => ({ ...cost, ...scores })
    const document = { model, out: path, rounding: 'nearest', weights: stored, notes }
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ...document, original: figures(original), quantized: figures(quantized) }, null, 2)}\n`
        : `${[summaryTable({ original, compressed: quantized, before: null }), ...notes].join('\n')}\n`,
    )
  } catch (error) {
    throw aboutModel(model, error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
