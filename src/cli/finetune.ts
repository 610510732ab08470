import { parseSparsity } from '../compress/sparsity/sparsity.js'
import { areImages } from '../data/augment.js'
import { modelCost } from '../evaluate/evaluate-model.js'
import { scoreModel } from '../evaluate/score.js'
import { writeTfjs } from '../formats/tfjs/write.js'
import type { BackendName } from '../tensor/backend.js'
import { DivergedError } from '../train/finetune.js'
import { type FineTuneOptions, fineTuneDefaults } from '../train/options.js'
import { zeroShare } from '../train/sparsify.js'
import { TeacherError } from '../train/teaching.js'
import { backendFor } from './backend-option.js'
import { aboutModel, Interrupted, UsageError } from './error.js'
import { type FinetuneCommandOptions, finetuneOptions, usual } from './finetune-options.js'
import { printFinetuned } from './finetune-result.js'
import { createJudgements, madeOf, writeBestSoFar } from './judgements.js'
import { modelFile, writeModel } from './model-file.js'
import { parseOptions } from './options.js'
import { assertWritable } from './out-file.js'
import { listenForStop } from './stop.js'
import { loadTaught } from './taught.js'
import { trainTaught } from './train-taught.js'

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
  const taught = await loadTaught(options.model, options.data, options.teacher)
  const { sampleShape } = taught.data
  if (training.augment.length > 0 && !areImages(sampleShape))
    throw new UsageError(
      `--augment ${training.augment}: needs images, the samples have shape [${sampleShape}]`,
    )
  const judgements = createJudgements(options.generations)
  // Until the file is written: work that is done is not lost to a late Ctrl-C.
  const stop = listenForStop()
  try {
    // What TF.js cannot hold is refused before the work; training brings in no other operator.
    if (file.format === 'tfjs') writeTfjs(taught.graph)
    await trainTaught(taught, options, training, judgements, stop.signal)
    const kept = madeOf(judgements)
    const score = async (model: Uint8Array | string) => ({
      val: await scoreModel(model, taught.data.val, sampleShape, stop.signal),
      test: await scoreModel(model, taught.data.test, sampleShape, stop.signal),
    })
    const before = await score(taught.modelBytes)
    const { checked, bytes } = await writeModel(file, kept.graph, score)
    printFinetuned(
      {
        options,
        training,
        out: file.path,
        kept,
        history: judgements.history,
        normalization: taught.normalization,
        before: {
          scores: before,
          cost: modelCost(taught.graph, taught.modelBytes.length),
          zeros: zeroShare(taught.graph),
        },
        after: { scores: checked, cost: modelCost(kept.graph, bytes), zeros: zeroShare(kept.graph) },
      },
      options.json,
    )
  } catch (error) {
    if (error instanceof Interrupted || error instanceof DivergedError)
      throw await writeBestSoFar(error, judgements, file)
    throw aboutModel((error instanceof TeacherError && options.teacher) || options.model, error)
  } finally {
    stop.release()
  }
}

/** How the options have a network trained. @throws UsageError for options that contradict each other. */
function trainingOf(options: FinetuneCommandOptions, backend: BackendName): FineTuneOptions {
  const { teacher, generations, optimizer } = options
  const isTaught = teacher !== undefined || generations > 1
  const distill = options.distill ?? (isTaught ? 'soft' : 'none')
  if (distill !== 'none' && !isTaught)
    throw new UsageError(`--distill ${distill}: nobody teaches; pass --teacher or --generations`)
  if (distill === 'none' && generations > 1)
    throw new UsageError('--generations: each is taught by the one before, which --distill none forbids')
  const sparsity = options.sparsity === undefined ? null : parseSparsity(options.sparsity)
  if (options.sparsity !== undefined && sparsity === null)
    throw new UsageError(
      `--sparsity: expected a share such as 0.8 or 80%, or a pattern such as 2:4, found ${options.sparsity}`,
    )
  const { epochs, schedule, batchSize, labelSmoothing, clipNorm, augment, seed } = options
  return {
    ...fineTuneDefaults,
    ...{ epochs, schedule, batchSize, labelSmoothing, clipNorm, augment, seed, optimizer, distill, backend },
    patience: options.patience ?? null,
    scaleL1: options.scaleL1,
    sparsity: sparsity === null ? null : { target: sparsity, schedule: options.sparsitySchedule },
    learningRate: options.learningRate ?? usual[optimizer].learningRate,
    weightDecay: options.weightDecay ?? usual[optimizer].weightDecay,
  }
}
