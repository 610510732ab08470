import { createPrune, type Prune } from '../compress/prune.js'
import { createRepair } from '../compress/repair.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { openSession } from '../runtime/session.js'
import { finetune } from '../train/finetune.js'
import { fineTuneDefaults } from '../train/options.js'
import type { EvaluationContext } from './context.js'
import { evaluateModel } from './evaluate-model.js'
import type { Cancellation, Candidate, Evaluated, FineTuned, FineTuneProgress } from './evaluator.js'
import { logitsOf, scoreModel } from './score.js'

/** Evaluates candidates of one context in the calling thread. */
export interface CandidateEvaluator {
  evaluate(candidate: Candidate, cancellation: Cancellation): Promise<Omit<Evaluated, 'worker'>>
  fineTune(
    candidate: Candidate,
    onProgress: (progress: FineTuneProgress) => void,
    cancellation: Cancellation,
  ): Promise<FineTuned>
}

export function createCandidateEvaluator(context: EvaluationContext): CandidateEvaluator {
  const { graph, groups, ranking, moments, data, seed } = context
  const prune: Prune = createPrune(groups, ranking, createRepair(graph, groups, moments))
  let teacher: Float32Array | null = null

  return {
    async evaluate({ keep }, cancellation) {
      const started = performance.now()
      const pruned = prune(keep)
      const sliced = performance.now()
      const evaluation = await evaluateModel(pruned, writeOnnx(pruned), data, cancellation)
      return { evaluation, times: { prune: sliced - started, score: performance.now() - sliced } }
    },

    async fineTune({ trial, keep }, onProgress, cancellation) {
      const start = prune(keep)
      const startModel = writeOnnx(start)
      const before = await evaluateModel(start, startModel, data, cancellation)
      if (context.fineTune.epochs === 0) return { before, after: before, model: startModel }
      teacher ??= await teacherLogits(context, cancellation)
      const { graph: trained } = await finetune(
        {
          graph: start,
          samples: data.train.samples,
          labels: data.train.labels,
          sampleShape: data.sampleShape,
          classes: data.classes,
          teacherLogits: teacher,
          validate: async tuned =>
            (await scoreModel(writeOnnx(tuned), data.val, data.sampleShape, cancellation)).top1,
        },
        { ...fineTuneDefaults, ...context.fineTune, seed: `${seed}/${trial}` },
        onProgress,
        cancellation,
      )
      const model = writeOnnx(trained)
      return { before, after: await evaluateModel(trained, model, data, cancellation), model }
    },
  }
}

/** The original's logits for the training samples, [n, classes]: what finalists distil from. */
async function teacherLogits(
  { graph, data }: EvaluationContext,
  cancellation: Cancellation,
): Promise<Float32Array> {
  const session = await openSession(writeOnnx(graph))
  try {
    return await logitsOf(session, data.train, data.sampleShape, data.train.n, cancellation)
  } finally {
    await session.close()
  }
}
