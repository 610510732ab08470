import { parseSparsity } from '../compress/sparsity/sparsity.js'
import { areImages } from '../data/augment.js'
import { modelCost } from '../evaluate/evaluate-model.js'
import { logitsOf, scoreModel } from '../evaluate/score.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { writeTfjs } from '../formats/tfjs/write.js'
import type { Graph } from '../graph/types.js'
import { openSession } from '../runtime/session.js'
import type { BackendName } from '../tensor/backend.js'
import { isBetter } from '../train/finetune.js'
import { type Generation, trainGenerations } from '../train/generations.js'
import { type FineTuneOptions, fineTuneDefaults } from '../train/options.js'
import { reinitialize } from '../train/reinitialize.js'
import { zeroShare } from '../train/sparsify.js'
import { TeacherError } from '../train/teaching.js'
import { percent, whole } from '../ui/format.js'
import { backendFor } from './backend-option.js'
import { aboutModel, Interrupted, UsageError } from './error.js'
import { type FinetuneCommandOptions, finetuneOptions, usual } from './finetune-options.js'
import { progressLines } from './finetune-progress.js'
import { printFinetuned } from './finetune-result.js'
import { type ModelFile, modelFile, writeModel } from './model-file.js'
import { parseOptions } from './options.js'
import { assertWritable } from './out-file.js'
import { listenForStop } from './stop.js'
import { loadTaught, type Taught } from './taught.js'

/**
 * `pare finetune`: trains a model, alone or with a teacher, and writes the epoch that validates best.
 * @throws Interrupted after the user stopped it; the best so far is written where an epoch was done.
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
  try {
    // What TF.js cannot hold is refused before the work; training brings in no other operator.
    if (file.format === 'tfjs') writeTfjs(taught.graph)
    const { generations, history } = await train(taught, options, training, file)
    const kept = bestOf(generations)
    const score = async (model: Uint8Array | string) => ({
      val: await scoreModel(model, taught.data.val, sampleShape),
      test: await scoreModel(model, taught.data.test, sampleShape),
    })
    const { checked, bytes } = await writeModel(file, kept.graph, score)
    printFinetuned(
      {
        options,
        training,
        out: file.path,
        kept,
        history,
        normalization: taught.normalization,
        before: {
          scores: await score(taught.modelBytes),
          cost: modelCost(taught.graph, taught.modelBytes.length),
          zeros: zeroShare(taught.graph),
        },
        after: { scores: checked, cost: modelCost(kept.graph, bytes), zeros: zeroShare(kept.graph) },
      },
      options.json,
    )
  } catch (error) {
    throw aboutModel((error instanceof TeacherError && options.teacher) || options.model, error)
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

/** What came of all generations, and every network that was judged on the way. */
interface Trained {
  readonly generations: readonly Generation[]
  readonly history: readonly Pick<Generation, 'generation' | 'epoch' | 'accuracy'>[]
}

async function train(
  taught: Taught,
  options: FinetuneCommandOptions,
  training: FineTuneOptions,
  file: ModelFile,
): Promise<Trained> {
  const { graph, teacher, data, classes } = taught
  const { train: samples, val, sampleShape } = data
  const stop = listenForStop()
  const terminal = process.stderr.isTTY === true && !options.plain && process.env.TERM !== 'dumb'
  const lines = progressLines(text => process.stderr.write(text), {
    terminal,
    generations: options.generations,
  })
  const predict = async (of: Graph) => {
    const session = await openSession(writeOnnx(of))
    try {
      return await logitsOf(session, samples, sampleShape, samples.n, stop.signal)
    } finally {
      await session.close()
    }
  }
  const history: Generation[] = []
  try {
    process.stderr.write(`${whole(samples.n)} training samples, on ${training.backend}\n`)
    // Only as they are do samples have logits to be stored.
    const isStored = training.distill === 'soft' && training.augment.length === 0
    const generations = await trainGenerations(
      {
        ...{ samples: samples.samples, labels: samples.labels, sampleShape, classes, teacher, predict },
        teacherLogits: teacher !== null && isStored ? await predict(teacher) : null,
        validate: async of => (await scoreModel(writeOnnx(of), val, sampleShape, stop.signal)).top1,
        start: async generation =>
          options.fromScratch
            ? reinitialize(
                graph,
                { samples: samples.samples, sampleShape },
                {
                  ...training,
                  seed: `${training.seed}/start-${generation}`,
                },
              )
            : graph,
        onJudged(judged) {
          history.push(judged)
          lines.judged(judged)
        },
      },
      options.generations,
      training,
      lines.stepped,
      stop.signal,
    )
    return { generations, history }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    lines.close()
    throw await keptSoFar(history, file)
  } finally {
    lines.close()
    stop.release()
  }
}

/** Writes the best so far, where an epoch was done. */
async function keptSoFar(history: readonly Generation[], file: ModelFile): Promise<Interrupted> {
  if (history.every(({ epoch }) => epoch === 0))
    return new Interrupted('interrupted before the first epoch was done; nothing is written')
  const best = bestOf(history)
  await writeModel(file, best.graph, async () => {})
  const place = best.epoch === 0 ? 'the start' : `epoch ${best.epoch}`
  const which = best.qualifies ? place : `${place}, which has not all the zeros yet,`
  return new Interrupted(
    `interrupted; ${file.path} has the best so far, ${which} with val accuracy ${percent(best.accuracy)}`,
  )
}

/** The first of those that validate best, among those that qualify. */
function bestOf(judged: readonly Generation[]): Generation {
  return judged.reduce((best, next) => (isBetter(next, best) ? next : best))
}
