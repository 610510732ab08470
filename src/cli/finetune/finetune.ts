import { roundWeights } from '../../compress/quantize/round-weights.js'
import { modelCost } from '../../evaluate/evaluate-model.js'
import { goalsOf, metricText, scoreModel } from '../../evaluate/score.js'
import { DivergedError } from '../../train/finetune.js'
import { zeroShare } from '../../train/sparsify.js'
import { TeacherError } from '../../train/teaching.js'
import { scoreName } from '../../ui/score-text.js'
import { assertHolds, modelFile, modelTarget, writeModel } from '../files/model-file.js'
import { assertWritable } from '../files/out-file.js'
import { backendFor } from '../options/backend-option.js'
import { aboutModel, Interrupted } from '../options/error.js'
import { parseOptions } from '../options/options.js'
import { listenForStop } from '../options/stop.js'
import { loadFinetuneInputs } from './inputs.js'
import { createJudgements, madeOf, writeBestSoFar } from './judgements.js'
import { layerBits } from './layer-bits.js'
import { finetuneOptions } from './options.js'
import { printFinetuned } from './result.js'
import { trainModel } from './train-model.js'
import { assertChangeable, assertTaught, trainingOf } from './training.js'

/**
 * `pare finetune`: trains a model, alone or with a teacher, and writes the epoch that validates best.
 * @throws Interrupted after the user stopped it, and Error where training diverged; the best so far is written where an epoch
 *   was done.
 */
export async function finetuneCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const options = parseOptions(finetuneOptions, flags)
  const training = trainingOf(options, backendFor(options.backend))
  const file = modelFile(options.out, options.format)
  for (const input of [options.model, options.teacher ?? options.model])
    assertWritable(options.out, file, input, options.overwrite)
  const target = await modelTarget(file, options.model)
  const inputs = await loadFinetuneInputs(options.model, options.data, options.teacher, options.metric)
  const { sampleShape } = inputs.data
  assertChangeable(training, sampleShape)
  assertTaught(training, goalsOf(inputs.data.train))
  const judgements = createJudgements(
    options.generations,
    scoreName({ metric: metricText(goalsOf(inputs.data.val)) }),
  )
  // Until the file is written: work that is done is not lost to a late Ctrl-C.
  const stop = listenForStop()
  try {
    const { weightBits } = options
    const graph =
      weightBits === undefined
        ? inputs.graph
        : roundWeights(inputs.graph, layerBits(inputs.graph, '--weight-bits', weightBits))
    // What the format cannot hold is refused before the work.
    await assertHolds(target, graph)
    await trainModel({ ...inputs, graph }, options, training, judgements, stop.signal)
    const kept = madeOf(judgements)
    const score = async (model: Uint8Array | string) => ({
      val: await scoreModel(model, inputs.data.val, sampleShape, stop.signal),
      test: await scoreModel(model, inputs.data.test, sampleShape, stop.signal),
    })
    const before = await score(inputs.modelBytes)
    const { checked, bytes } = await writeModel(target, kept.graph, score)
    printFinetuned(
      {
        options,
        training,
        out: file.path,
        kept,
        history: judgements.history,
        normalization: inputs.normalization,
        before: {
          scores: before,
          cost: modelCost(inputs.graph, inputs.size),
          zeros: zeroShare(inputs.graph),
        },
        after: { scores: checked, cost: modelCost(kept.graph, bytes), zeros: zeroShare(kept.graph) },
      },
      options.json,
    )
  } catch (error) {
    if (error instanceof Interrupted || error instanceof DivergedError)
      throw await writeBestSoFar(error, judgements, target)
    throw aboutModel((error instanceof TeacherError && options.teacher) || options.model, error)
  } finally {
    stop.release()
  }
}
