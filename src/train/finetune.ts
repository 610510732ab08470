import { setImmediate } from 'node:timers/promises'
import type { Graph } from '../graph/types.js'
import { permutation, randomStream } from '../random.js'
import { initBackend } from '../tensor/backend.js'
import { createExecutor, type Executor } from '../tensor/executor.js'
import { adoptStatistics, foldBatchNorm, insertBatchNorm, setStatistics } from './batch-norm.js'
import { type Batch, Batches, type Taught } from './batches.js'
import type { FineTuneOptions } from './options.js'
import { cosineRate } from './schedule.js'
import { Sgd } from './sgd.js'
import { measureStatistics } from './statistics.js'
import { firstNonFinite, type StepResult, trainStep } from './step.js'

/** What is trained, on what, and who judges. */
export interface FineTuneInput extends Taught {
  readonly graph: Graph
  /** Accuracy of a deployable graph on held-out samples; called for the start and after each epoch. */
  readonly validate: (graph: Graph) => Promise<number>
}

/** How far training has come; `loss` is the newest step's. */
export interface Progress {
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly steps: number
  readonly loss: number
}

/** The kept epoch's graph, batch norm folded, with its accuracy; epoch 0 is the start. */
export interface FineTuneResult {
  readonly graph: Graph
  readonly accuracy: number
  readonly epoch: number
}

/** A loss or a gradient that is no number any more. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError'
}

/**
 * Fine-tunes a network with distillation from its original (Hinton et al. 2015), batch normalisation put back while it
 * trains. Deterministic for a seed. Keeps the epoch that validates best, the start included; where the length is given in
 * steps, what stands at their end.
 * @throws DivergedError naming the step and what diverged, GraphError for an operator that cannot be trained, and the
 *   signal's reason (an AbortError where `abort` was given none), between two steps.
 */
export async function finetune(
  input: FineTuneInput,
  options: FineTuneOptions,
  onProgress: (progress: Progress) => void,
  signal?: { throwIfAborted(): void },
): Promise<FineTuneResult> {
  await initBackend(options.backend)
  const { graph: start } = input
  let best: FineTuneResult | null =
    options.steps === null ? { graph: start, accuracy: await input.validate(start), epoch: 0 } : null
  const executor = createExecutor(options.batchNorm ? withBatchNorm(input) : start)
  const sgd = new Sgd(
    executor.parameters.trainable().map(([, v]) => v),
    options.momentum,
    options.weightDecay,
  )
  const batches = new Batches(input, options)
  const steps = options.steps ?? batches.perEpoch * options.epochs
  const epochs = Math.ceil(steps / batches.perEpoch)
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const order = permutation(input.labels.length, randomStream(options.seed, epoch, 'shuffle'))
      const first = (epoch - 1) * batches.perEpoch
      for (let step = first; step < Math.min(steps, first + batches.perEpoch); step++) {
        signal?.throwIfAborted()
        const batch = batches.take(order, step - first)
        const result = trainStep(executor, sgd, batch, options, cosineRate(options.learningRate, step, steps))
        if (!Number.isFinite(result.loss + result.gradientNorm))
          throw diverged(result, executor, batch, options, `step ${step + 1} of ${steps}`)
        onProgress({ epoch, epochs, step: step + 1, steps, loss: result.loss })
        await setImmediate()
      }
      if (options.steps !== null && epoch < epochs) continue
      const graph = deployable(executor, input, options)
      const accuracy = await input.validate(graph)
      if (best === null || accuracy > best.accuracy) best = { graph, accuracy, epoch }
    }
  } finally {
    sgd.dispose()
    executor.parameters.dispose()
  }
  return best ?? { graph: start, accuracy: await input.validate(start), epoch: 0 }
}

function diverged(
  { loss, gradientNorm }: StepResult,
  executor: Executor,
  batch: Batch,
  options: FineTuneOptions,
  when: string,
): DivergedError {
  const node = firstNonFinite(executor, batch, options)
  const what = Number.isFinite(loss) ? `the gradient's length is ${gradientNorm}` : `the loss is ${loss}`
  const where = node === undefined ? '' : `, first in the output of node ${node.id} (${node.op})`
  return new DivergedError(`${what} at ${when}${where}: lower the learning rate`)
}

/** The graph with batch normalisations that know their statistics, computing what it computed before. */
function withBatchNorm({ graph, samples, sampleShape }: FineTuneInput): Graph {
  const normalized = insertBatchNorm(graph)
  const executor = createExecutor(normalized)
  try {
    return adoptStatistics(normalized, measureStatistics(executor, samples, sampleShape, 'stored'))
  } finally {
    executor.parameters.dispose()
  }
}

function deployable(
  executor: Executor,
  { samples, sampleShape }: FineTuneInput,
  { batchNorm }: FineTuneOptions,
): Graph {
  if (!batchNorm) return executor.parameters.toGraph()
  const measured = measureStatistics(executor, samples, sampleShape, 'batch')
  return foldBatchNorm(setStatistics(executor.parameters.toGraph(), measured))
}
