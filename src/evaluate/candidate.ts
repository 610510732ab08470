import { createPrune, type Prune } from '../compress/prune.js'
import { createRepair } from '../compress/repair.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { countMacs, countParams } from '../graph/cost.js'
import type { Graph } from '../graph/types.js'
import { openSession } from '../runtime/session.js'
import { finetune } from '../train/finetune.js'
import { fineTuneDefaults } from '../train/options.js'
import type { EvaluationContext } from './context.js'
import type { Evaluation } from './evaluation.js'
import type { Candidate, Evaluated, FineTuned, FineTuneProgress } from './evaluator.js'
import { logitsOf, scoreModel } from './score.js'

/** Evaluates candidates of one context in the calling thread. */
export interface CandidateEvaluator {
  evaluate(candidate: Candidate): Promise<Omit<Evaluated, 'worker'>>
  fineTune(
    candidate: Candidate,
    onProgress: (progress: FineTuneProgress) => void,
    signal?: AbortSignal,
  ): Promise<FineTuned>
}

export function createCandidateEvaluator(context: EvaluationContext): CandidateEvaluator {
  const { graph, groups, ranking, moments } = context
  const prune = createPrune(groups, ranking, createRepair(graph, groups, moments))
  let teacher: Promise<Float32Array> | undefined
  return {
    evaluate: candidate => evaluate(context, prune, candidate),
    fineTune(candidate, onProgress, signal) {
      teacher ??= teacherLogits(context)
      return fineTune(context, prune, teacher, candidate, onProgress, signal)
    },
  }
}

/** Scores the file that would be exported. */
async function measure(context: EvaluationContext, graph: Graph, model: Uint8Array): Promise<Evaluation> {
  const { data } = context
  return {
    scores: { val: await scoreModel(model, data.val, data.sampleShape) },
    cost: { macs: countMacs(graph), params: countParams(graph), bytes: model.byteLength },
  }
}

async function evaluate(
  context: EvaluationContext,
  prune: Prune,
  { keep }: Candidate,
): Promise<Omit<Evaluated, 'worker'>> {
  const started = performance.now()
  const graph = prune(keep)
  const pruned = performance.now()
  const model = writeOnnx(graph)
  const evaluation = await measure(context, graph, model)
  return { evaluation, times: { prune: pruned - started, score: performance.now() - pruned } }
}

async function fineTune(
  context: EvaluationContext,
  prune: Prune,
  teacher: Promise<Float32Array>,
  { trial, keep }: Candidate,
  onProgress: (progress: FineTuneProgress) => void,
  signal?: AbortSignal,
): Promise<FineTuned> {
  const { data, seed } = context
  const start = prune(keep)
  const before = await measure(context, start, writeOnnx(start))
  if (context.fineTune.epochs === 0) return { before, after: before, model: writeOnnx(start) }
  const { graph } = await finetune(
    {
      graph: start,
      samples: data.train.samples,
      labels: data.train.labels,
      sampleShape: data.sampleShape,
      classes: data.classes,
      teacherLogits: await teacher,
      validate: async graph => (await scoreModel(writeOnnx(graph), data.val, data.sampleShape)).top1,
    },
    { ...fineTuneDefaults, ...context.fineTune, seed: `${seed}/${trial}` },
    onProgress,
    signal,
  )
  const model = writeOnnx(graph)
  return { before, after: await measure(context, graph, model), model }
}

/** The original's logits for the training samples, [n, classes]: what finalists distil from. */
async function teacherLogits({ graph, data }: EvaluationContext): Promise<Float32Array> {
  const session = await openSession(writeOnnx(graph))
  try {
    return await logitsOf(session, data.train, data.sampleShape)
  } finally {
    await session.close()
  }
}
