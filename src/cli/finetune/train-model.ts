import { deployed } from '../../evaluate/deploy.js'
import { goalsOf, modelOutputs, scoreModel } from '../../evaluate/score.js'
import type { Graph } from '../../graph/types.js'
import { trainGenerations } from '../../train/generations.js'
import type { FineTuneOptions } from '../../train/options.js'
import { reinitialize } from '../../train/reinitialize.js'
import { leftWhole } from '../../train/sparsify.js'
import { logitsSuffice } from '../../train/teaching.js'
import { oneLine, whole } from '../../ui/format.js'
import type { FinetuneInputs } from './inputs.js'
import type { Judgements } from './judgements.js'
import type { FinetuneCommandOptions } from './options.js'
import { progressLines } from './progress.js'

/** Trains a network in all its generations, with progress on stderr. @throws what `trainGenerations` does. */
export async function trainModel(
  { graph, teacher, data }: Pick<FinetuneInputs, 'graph' | 'teacher' | 'data'>,
  { fromScratch, plain }: Pick<FinetuneCommandOptions, 'fromScratch' | 'plain'>,
  training: FineTuneOptions,
  judgements: Judgements,
  signal: AbortSignal,
): Promise<void> {
  const { train, val, sampleShape, classes } = data
  const samples = { samples: train.samples, labels: train.labels, sampleShape, classes }
  const terminal = process.stderr.isTTY === true && !plain && process.env.TERM !== 'dumb'
  const lines = progressLines(text => process.stderr.write(text), {
    terminal,
    generations: judgements.generations,
    scored: judgements.scored,
  })
  const goals = goalsOf(train)
  const read = goals.map(({ index }) => index)
  const predict = (of: Graph) => modelOutputs(deployed(of), train, sampleShape, read, signal)
  const start = async (generation: number) => {
    const seed = `${training.seed}/start-${generation}`
    return fromScratch ? reinitialize(graph, samples, { ...training, seed }) : graph
  }
  try {
    process.stderr.write(`${whole(train.n)} training samples, on ${training.backend}\n`)
    const target = training.sparsity?.target
    const left = target?.kind === 'pattern' ? leftWhole(graph, target) : []
    if (left.length > 0) process.stderr.write(`left whole: ${oneLine(left.join(', '))}\n`)
    const said = teacher !== null && logitsSuffice(training) ? await predict(teacher) : []
    const taught = goals.map((goal, i) => ({ ...goal, original: said[i] ?? null }))
    await trainGenerations(
      {
        ...{ ...samples, teacher, teacherLogits: null, goals: taught, predict, start },
        validate: async of => (await scoreModel(deployed(of), val, sampleShape, signal)).score,
        onJudged(judged) {
          judgements.add(judged)
          lines.judged(judged)
        },
      },
      judgements.generations,
      training,
      lines.stepped,
      signal,
    )
  } finally {
    lines.close()
  }
}
