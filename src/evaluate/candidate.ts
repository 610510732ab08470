import type { Probe } from '../compress/probe.js'
import type { Goal } from '../data/goals.js'
import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import { finetune } from '../train/finetune.js'
import { fineTuneDefaults } from '../train/options.js'
import { createBuilder } from './build.js'
import type { EvaluationContext } from './context.js'
import { deployed, filesOf } from './deploy.js'
import { evaluateModel } from './evaluate-model.js'
import type { SampleScores } from './evaluation.js'
import type {
  Cancellation,
  Candidate,
  Evaluated,
  FineTuned,
  FineTuneProgress,
  ProbeSamples,
  RungCandidate,
} from './evaluator.js'
import { scoreModel, scoreSamples, taughtBy } from './score.js'
import { spread } from './sensitivity/spread.js'

/** Evaluates candidates of one context in the calling thread. */
export interface CandidateEvaluator {
  evaluate(candidate: RungCandidate, cancellation: Cancellation): Promise<Omit<Evaluated, 'worker'>>
  fineTune(
    candidate: Candidate,
    onProgress: (progress: FineTuneProgress) => void,
    cancellation: Cancellation,
  ): Promise<FineTuned>
  probe(probe: Probe | null, samples: ProbeSamples, cancellation: Cancellation): Promise<SampleScores>
}

export function createCandidateEvaluator(context: EvaluationContext): CandidateEvaluator {
  const { graph, data, seed, predictors = {} } = context
  const build = createBuilder(context)
  /** What students distil from: the original's outputs for the training samples, as far as the data have them not. */
  let lessons: readonly Goal[] | null = null

  /** Fine-tunes what was cut, for the candidate's own stream of random numbers. */
  const tune = async (
    start: Graph,
    trial: number,
    steps: number | null,
    onProgress: (progress: FineTuneProgress) => void,
    cancellation: Cancellation,
  ): Promise<Graph> => {
    lessons ??= await taughtBy(writeOnnx(graph), data.train, data.sampleShape, cancellation)
    const { graph: trained } = await finetune(
      {
        graph: start,
        samples: data.train.samples,
        labels: data.train.labels,
        sampleShape: data.sampleShape,
        classes: data.classes,
        teacherLogits: null,
        goals: lessons,
        // What stands after the steps of a rung is taken as it is, and scored by the caller.
        validate: async tuned =>
          steps === null
            ? (await scoreModel(deployed(tuned), data.val, data.sampleShape, cancellation)).score
            : 0,
      },
      { ...fineTuneDefaults, ...context.fineTune, steps, seed: `${seed}/${trial}` },
      onProgress,
      cancellation,
    )
    return trained
  }

  return {
    async evaluate({ trial, steps, ...policy }, cancellation) {
      const started = performance.now()
      const start = await build.policy(policy)
      const built = performance.now()
      const tuned = steps === 0 ? start : await tune(start, trial, steps, () => {}, cancellation)
      const trained = performance.now()
      const evaluation = await evaluateModel(tuned, filesOf(tuned), data, predictors, cancellation)
      const times = {
        prune: built - started,
        'fine-tune': trained - built,
        score: performance.now() - trained,
      }
      return { evaluation, times }
    },

    async fineTune({ trial, ...policy }, onProgress, cancellation) {
      const start = await build.policy(policy)
      const startFiles = filesOf(start)
      const before = await evaluateModel(start, startFiles, data, predictors, cancellation)
      if (context.fineTune.epochs === 0) return { before, after: before, ...startFiles }
      const trained = await tune(start, trial, null, onProgress, cancellation)
      const files = filesOf(trained)
      return { before, after: await evaluateModel(trained, files, data, predictors, cancellation), ...files }
    },

    async probe(probe, samples, cancellation) {
      cancellation.throwIfAborted()
      const model = deployed(await build.probe(probe))
      const split = spread(data[samples.split], samples.n)
      return scoreSamples(model, split, data.sampleShape, cancellation)
    },
  }
}
