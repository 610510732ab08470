import { removeBlocks, residualBlocks } from '../compress/blocks/find.js'
import { keepBest } from '../compress/criteria/ranking.js'
import { cutMoments } from '../compress/cut-moments.js'
import { createFactorize, type Factorized } from '../compress/factorize/factorize.js'
import { planOfThin } from '../compress/factorize/plan.js'
import type { Policy } from '../compress/policy.js'
import { createPrune, type Prune } from '../compress/prune.js'
import { planOf } from '../compress/quantize/places.js'
import { createRepair } from '../compress/repair.js'
import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import { finetune } from '../train/finetune.js'
import { fineTuneDefaults } from '../train/options.js'
import type { EvaluationContext } from './context.js'
import { deployed } from './deploy.js'
import { evaluateModel } from './evaluate-model.js'
import type {
  Cancellation,
  Candidate,
  Evaluated,
  FineTuned,
  FineTuneProgress,
  RungCandidate,
} from './evaluator.js'
import { quantizeGraph } from './quantize.js'
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

  const factorize = createFactorize('outputs')

  /** Cuts, repairs, removes blocks, splits and quantises. */
  const build = async (policy: Policy): Promise<Graph> => {
    const pruned = withoutBlocks(prune(policy.keep), policy)
    const plan = planOf(pruned, policy)
    const { graph: built, thin } = split(pruned, policy)
    return plan === null ? built : quantizeGraph(built, planOfThin(plan, thin), data)
  }

  const withoutBlocks = (pruned: Graph, { blocks }: Policy): Graph => {
    if (blocks === undefined) return pruned
    const gone = residualBlocks(graph).filter(({ name }) => blocks[name] === 0)
    return gone.length === 0 ? pruned : removeBlocks(pruned, gone)
  }

  const split = (pruned: Graph, { keep, rank }: Policy): Factorized => {
    if (rank === undefined) return { graph: pruned, thin: new Map() }
    const seen = cutMoments(graph, groups, moments, keepBest(ranking, keep))
    return factorize(pruned, new Map(Object.entries(rank)), seen)
  }

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
            ? (await scoreModel(deployed(tuned), data.val, data.sampleShape, cancellation)).top1
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
      const start = await build(policy)
      const built = performance.now()
      const tuned = steps === 0 ? start : await tune(start, trial, steps, () => {}, cancellation)
      const trained = performance.now()
      const evaluation = await evaluateModel(tuned, deployed(tuned), data, cancellation)
      const times = {
        prune: built - started,
        'fine-tune': trained - built,
        score: performance.now() - trained,
      }
      return { evaluation, times }
    },

    async fineTune({ trial, ...policy }, onProgress, cancellation) {
      const start = await build(policy)
      const startModel = deployed(start)
      const before = await evaluateModel(start, startModel, data, cancellation)
      if (context.fineTune.epochs === 0) return { before, after: before, model: startModel }
      const trained = await tune(start, trial, null, onProgress, cancellation)
      const model = deployed(trained)
      const after = await evaluateModel(trained, model, data, cancellation)
      return { before, after, model }
    },
  }
}
