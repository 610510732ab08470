import type { Calibration } from '../../compress/quantize/insert.js'
import { quantizableLayers } from '../../compress/quantize/layers.js'
import type { BitPlan, LayerBits } from '../../compress/quantize/plan.js'
import { calibrate } from '../../evaluate/calibrate.js'
import { fallBack, scorePlan } from '../../evaluate/float-fallback.js'
import { gatherHistograms } from '../../evaluate/histograms.js'
import { scoreModel } from '../../evaluate/score.js'
import { GraphError } from '../../graph/types.js'
import { percent } from '../../ui/format.js'
import { loadInputs } from '../files/inputs.js'
import { modelFile } from '../files/model-file.js'
import { assertWritable } from '../files/out-file.js'
import { aboutModel, UsageError } from '../options/error.js'
import { parseOptions } from '../options/options.js'
import { bitPlan } from './bit-plan.js'
import { type QuantizeOptions, quantizeOptions, usualRounding } from './options.js'
import { printQuantized } from './result.js'
import { quantizeTfjs } from './tfjs.js'
import { writeQuantized } from './write-quantized.js'

/** Of the places in maps that moments are taken from. */
const SEED = 1

/** `pare quantize`: rounds a model to integers, writes it, runs what was written, and tells what it costs and gains. */
export async function quantizeCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const options = parseOptions(quantizeOptions, flags)
  const { model, out } = options
  const file = modelFile(out, options.format)
  assertWritable(out, file, model, options.overwrite)
  if (file.format === 'tfjs') return quantizeTfjs(options, file)
  const bits = bitsOf(options)
  const inputs = await loadInputs(model, options.data, { metric: options.metric })
  const { graph, data, modelBytes } = inputs
  try {
    if (quantizableLayers(graph).layers.length === 0)
      throw new GraphError('it has no layers with constant weights that could be quantised')
    const plan = bitPlan(graph, options, bits)
    const histograms = await gatherHistograms(graph, data, options.samples)
    const { ranges, per, fallback, rounding = usualRounding } = options
    const moments = rounding === 'nearest' ? [] : await calibrate(graph, data, SEED)
    const calibration = { histograms, ranges, per, moments }
    const original = await scoreModel(modelBytes, data.val, data.sampleShape)
    const settled =
      fallback === undefined
        ? { plan, returned: [] }
        : await fallBack(graph, plan, calibration, data, { original, points: fallback })
    const written = await writeQuantized(file, inputs, settled.plan, calibration)
    await warnOfChannels(inputs, settled.plan, calibration, written.score.score)
    printQuantized(options, file, { inputs, rounding, original, ...settled, ...written })
  } catch (error) {
    throw aboutModel(model, error)
  }
}

function bitsOf({ bits, weightBits = bits, activationBits = bits }: QuantizeOptions): LayerBits & {
  readonly weight: number
} {
  if (weightBits === 'float16' || weightBits > 8)
    throw new UsageError(`--weight-bits ${weightBits}: only TF.js stores weights so; ONNX takes 1 to 8 bits`)
  return { weight: weightBits, activation: activationBits === 'float' ? null : activationBits }
}

/** Scales by channel should never do worse; where they do on validation samples, the user is told. */
async function warnOfChannels(
  { graph, data }: Awaited<ReturnType<typeof loadInputs>>,
  plan: BitPlan,
  calibration: Calibration,
  score: number,
): Promise<void> {
  if (calibration.per !== 'channel') return
  const coarse = await scorePlan(graph, plan, { ...calibration, per: 'tensor' }, data)
  const error = Math.sqrt((score * (1 - score)) / coarse.n)
  if (coarse.score > score + error)
    process.stderr.write(
      `one scale a tensor validates better: ${percent(coarse.score)} against ${percent(score)}; see --per tensor\n`,
    )
}
