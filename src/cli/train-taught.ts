import { logitsOf, scoreModel } from '../evaluate/score.js'
import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import { openSession } from '../runtime/session.js'
import { isBetter } from '../train/finetune.js'
import { type Generation, trainGenerations } from '../train/generations.js'
import type { FineTuneOptions } from '../train/options.js'
import { reinitialize } from '../train/reinitialize.js'
import { logitsSuffice } from '../train/teaching.js'
import { percent, whole } from '../ui/format.js'
import { Interrupted } from './error.js'
import type { FinetuneCommandOptions } from './finetune-options.js'
import { progressLines } from './finetune-progress.js'
import { type ModelFile, writeModel } from './model-file.js'
import { listenForStop } from './stop.js'
import type { Taught } from './taught.js'

/** What came of training: the network that validated best, the first among equals, and the place of every judged one. */
export interface Trained {
  readonly best: Generation
  readonly history: readonly Omit<Generation, 'graph'>[]
}

/**
 * Trains a network in all its generations, with progress on stderr.
 * @throws Interrupted after the user stopped it; the best so far is in the file, where an epoch was done.
 */
export async function trainTaught(
  taught: Taught,
  { fromScratch, generations, plain }: FinetuneCommandOptions,
  training: FineTuneOptions,
  file: ModelFile,
): Promise<Trained> {
  const { graph, teacher, data } = taught
  const { train, val, sampleShape, classes } = data
  const samples = { samples: train.samples, labels: train.labels, sampleShape, classes }
  const terminal = process.stderr.isTTY === true && !plain && process.env.TERM !== 'dumb'
  const lines = progressLines(text => process.stderr.write(text), { terminal, generations })
  const stop = listenForStop()
  const predict = async (of: Graph) => {
    const session = await openSession(writeOnnx(of))
    try {
      return await logitsOf(session, train, sampleShape, train.n, stop.signal)
    } finally {
      await session.close()
    }
  }
  const start = async (generation: number) => {
    const seed = `${training.seed}/start-${generation}`
    return fromScratch ? reinitialize(graph, samples, { ...training, seed }) : graph
  }
  const history: Omit<Generation, 'graph'>[] = []
  let best: Generation | null = null
  try {
    process.stderr.write(`${whole(train.n)} training samples, on ${training.backend}\n`)
    const teacherLogits = teacher !== null && logitsSuffice(training) ? await predict(teacher) : null
    await trainGenerations(
      {
        ...{ ...samples, teacher, teacherLogits, predict, start },
        validate: async of => (await scoreModel(writeOnnx(of), val, sampleShape, stop.signal)).top1,
        onJudged(judged) {
          const { graph: _, ...place } = judged
          history.push(place)
          if (best === null || isBetter(judged, best)) best = judged
          lines.judged(judged)
        },
      },
      generations,
      training,
      lines.stepped,
      stop.signal,
    )
    if (best === null) throw new Error('no network was judged')
    return { best, history }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    lines.close()
    throw await keptSoFar(history.some(({ epoch }) => epoch > 0) ? best : null, file)
  } finally {
    lines.close()
    stop.release()
  }
}

/** Writes the best so far, if there is any. */
async function keptSoFar(best: Generation | null, file: ModelFile): Promise<Interrupted> {
  if (best === null) return new Interrupted('interrupted before the first epoch was done; nothing is written')
  const { graph, epoch, accuracy, qualifies } = best
  await writeModel(file, graph, async () => {})
  const place = epoch === 0 ? 'the start' : `epoch ${epoch}`
  const which = qualifies ? place : `${place}, which has not all the zeros yet,`
  return new Interrupted(
    `interrupted; ${file.path} has the best so far, ${which} with val accuracy ${percent(accuracy)}`,
  )
}
