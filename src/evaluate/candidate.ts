import { createPrune, type Prune } from '../compress/prune.js'
import { createRepair } from '../compress/repair.js'
import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import { finetune } from '../train/finetune.js'
import { fineTuneDefaults } from '../train/options.js'
import type { EvaluationContext } from './context.js'
import { evaluateModel } from './evaluate-model.js'
import type {
  Cancellation,
  Candidate,
  Evaluated,
  FineTuned,
  FineTuneProgress,
  RungCandidate,
} from './evaluator.js'
import { modelLogits, scoreModel } from './score.js'

/** Evaluates candidates of one context in the calling thread. */
export interface CandidateEvaluator {
  evaluate(candidate: RungCandidate, cancellation: Cancellation): Promise<Omit<Evaluated, 'worker'>>
  fineTune(
    candidate: Candidate,
    onProgress: (progress: FineTuneProgress) => void,
    cancellation: Cancellation,
  ): Promise<FineTuned>
}

export function createCandidateEvaluator(context: EvaluationContext): CandidateEvaluator {
  const { graph, groups, ranking, moments, data, seed } = context
  const prune: Prune = createPrune(groups, ranking, createRepair(graph, groups, moments))
  /** The original's logits for the training samples: what students distil from. */
  let teacher: Float32Array | null = null

  /** Fine-tunes what was cut, for the candidate's own stream of random numbers. */
  const tune = async (
    start: Graph,
    trial: number,
    steps: number | null,
    onProgress: (progress: FineTuneProgress) => void,
    cancellation: Cancellation,
  ): Promise<Graph> => {
    teacher ??= await modelLogits(writeOnnx(graph), data.train, data.sampleShape, cancellation)
    const { graph: trained } = await finetune(
      {
        graph: start,
        samples: data.train.samples,
        labels: data.train.labels,
        sampleShape: data.sampleShape,
        classes: data.classes,
        teacherLogits: teacher,
        // What stands after the steps of a rung is taken as it is, and scored by the caller.
        validate: async tuned =>
          steps === null
            ? (await scoreModel(writeOnnx(tuned), data.val, data.sampleShape, cancellation)).top1
            : 0,
      },
      { ...fineTuneDefaults, ...context.fineTune, steps, seed: `${seed}/${trial}` },
      onProgress,
      cancellation,
    )
    return trained
  }

  return {
    async evaluate({ trial, keep, steps }, cancellation) {
      const started = performance.now()
      const pruned = prune(keep)
      const sliced = performance.now()
      const tuned = steps === 0 ? pruned : await tune(pruned, trial, steps, () => {}, cancellation)
      const trained = performance.now()
      const evaluation = await evaluateModel(tuned, writeOnnx(tuned), data, cancellation)
      const times = {
        prune: sliced - started,
        'fine-tune': trained - sliced,
        score: performance.now() - trained,
      }
      return { evaluation, times }
    },

    async fineTune({ trial, keep }, onProgress, cancellation) {
      const start = prune(keep)
      const startModel = writeOnnx(start)
      const before = await evaluateModel(start, startModel, data, cancellation)
      if (context.fineTune.epochs === 0) return { before, after: before, model: startModel }
      const trained = await tune(start, trial, null, onProgress, cancellation)
      const model = writeOnnx(trained)
      return { before, after: await evaluateModel(trained, model, data, cancellation), model }
    },
  }
}
