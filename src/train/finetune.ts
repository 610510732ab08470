import { setImmediate } from 'node:timers/promises'
import { elementCount } from '../graph/tensor.js'
import type { Graph } from '../graph/types.js'
import { permutation, randomStream } from '../random.js'
import { initBackend } from '../tensor/backend.js'
import { createExecutor, type Executor } from '../tensor/executor.js'
import { crossEntropy } from '../tensor/gradients/cross-entropy.js'
import { add, mul, type Scalar, type Tensor2D, tensor, tensor2d, tidy, variableGrads } from '../tensor/tf.js'
import { adoptStatistics, foldBatchNorm, insertBatchNorm, setStatistics } from './batch-norm.js'
import type { FineTuneOptions } from './options.js'
import { cosineRate } from './schedule.js'
import { Sgd } from './sgd.js'
import { measureStatistics } from './statistics.js'
import { hardTargets, softTargets } from './targets.js'

/** What is trained, on what, and who judges. */
export interface FineTuneInput {
  readonly graph: Graph
  /** [n, ...sampleShape] row-major. */
  readonly samples: Float32Array
  readonly labels: Int32Array
  readonly sampleShape: readonly number[]
  /** The teacher's logits for the same samples, [n, classes]; null trains on the labels alone. */
  readonly teacherLogits: Float32Array | null
  readonly classes: number
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

/** The best epoch's graph, batch norm folded, with its accuracy; epoch 0 is the start. */
export interface FineTuneResult {
  readonly graph: Graph
  readonly accuracy: number
  readonly epoch: number
}

/** A loss that is no number any more. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError'
}

/**
 * Fine-tunes a network with distillation from its original (Hinton et al. 2015), batch normalisation put back while it
 * trains. Deterministic for a seed. Keeps the epoch that validates best, the start included.
 * @throws DivergedError naming the step, GraphError for an operator that cannot be trained, and the signal's reason.
 */
export async function finetune(
  input: FineTuneInput,
  options: FineTuneOptions,
  onProgress: (progress: Progress) => void,
  signal?: { throwIfAborted(): void },
): Promise<FineTuneResult> {
  await initBackend()
  let best: FineTuneResult = { graph: input.graph, accuracy: await input.validate(input.graph), epoch: 0 }
  const executor = createExecutor(options.batchNorm ? withBatchNorm(input) : input.graph)
  const trained = executor.parameters.trainable().map(([, v]) => v)
  const sgd = new Sgd(trained, options.momentum, options.weightDecay)
  const batches = new Batches(input, options)
  const steps = batches.perEpoch * options.epochs
  try {
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      const order = permutation(input.labels.length, randomStream(options.seed, epoch, 'shuffle'))
      for (let i = 0; i < batches.perEpoch; i++) {
        signal?.throwIfAborted()
        const step = (epoch - 1) * batches.perEpoch + i
        const loss = trainStep(
          executor,
          sgd,
          batches.take(order, i),
          options,
          cosineRate(options.learningRate, step, steps),
        )
        if (!Number.isFinite(loss))
          throw new DivergedError(
            `the loss is ${loss} at step ${step + 1} of ${steps}: lower the learning rate`,
          )
        onProgress({ epoch, epochs: options.epochs, step: step + 1, steps, loss })
        await setImmediate()
      }
      const graph = deployable(executor, input, options)
      const accuracy = await input.validate(graph)
      if (accuracy > best.accuracy) best = { graph, accuracy, epoch }
    }
  } finally {
    sgd.dispose()
    executor.parameters.dispose()
  }
  return best
}

/** The graph with batch normalisations that know their statistics, computing what it computed before. */
function withBatchNorm({ graph, samples, sampleShape }: FineTuneInput): Graph {
  const normalized = insertBatchNorm(graph)
  const executor = createExecutor(normalized)
  const measured = measureStatistics(executor, samples, sampleShape, 'stored')
  executor.parameters.dispose()
  return adoptStatistics(normalized, measured)
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

/** One batch: samples with what the labels and the teacher want of them. */
interface Batch {
  readonly samples: Float32Array
  readonly shape: number[]
  readonly hard: Float32Array
  readonly soft: Float32Array | null
}

/** Cuts the training samples into batches; a last batch that is not full is left out of the epoch. */
class Batches {
  readonly perEpoch: number
  readonly #input: FineTuneInput
  readonly #size: number
  readonly #batch: number
  readonly #hard: Float32Array
  readonly #soft: Float32Array | null

  constructor(input: FineTuneInput, { batchSize, labelSmoothing, temperature }: FineTuneOptions) {
    this.#input = input
    this.#size = elementCount(input.sampleShape)
    this.#batch = Math.min(batchSize, input.labels.length)
    this.#hard = hardTargets(input.labels, input.classes, labelSmoothing)
    this.#soft =
      input.teacherLogits === null ? null : softTargets(input.teacherLogits, input.classes, temperature)
    this.perEpoch = Math.floor(input.labels.length / this.#batch)
  }

  take(order: Int32Array, index: number): Batch {
    const chosen = order.subarray(index * this.#batch, (index + 1) * this.#batch)
    const gather = (source: Float32Array, width: number) => {
      const rows = new Float32Array(chosen.length * width)
      chosen.forEach((sample, i) => {
        rows.set(source.subarray(sample * width, (sample + 1) * width), i * width)
      })
      return rows
    }
    const { samples, sampleShape, classes } = this.#input
    return {
      samples: gather(samples, this.#size),
      shape: [chosen.length, ...sampleShape],
      hard: gather(this.#hard, classes),
      soft: this.#soft === null ? null : gather(this.#soft, classes),
    }
  }
}

function trainStep(
  executor: Executor,
  sgd: Sgd,
  batch: Batch,
  options: FineTuneOptions,
  rate: number,
): number {
  const { distillation, temperature, batchNorm, clipNorm } = options
  return tidy(() => {
    const samples = tensor(batch.samples, batch.shape)
    const rows = batch.shape[0]!
    const hard = tensor2d(batch.hard, [rows, batch.hard.length / rows])
    const soft = batch.soft === null ? null : tensor2d(batch.soft, hard.shape)
    const { value, grads } = variableGrads(
      () => {
        const logits = executor.run(samples, {
          batchNorm: batchNorm ? 'batch' : 'stored',
          onMoments: null,
        }) as Tensor2D
        const labels = crossEntropy(logits, hard, 1)
        if (soft === null) return labels
        return add<Scalar>(
          mul(labels, 1 - distillation),
          mul(crossEntropy(logits, soft, temperature), distillation),
        )
      },
      executor.parameters.trainable().map(([, v]) => v),
    )
    sgd.apply(grads, rate, clipNorm)
    return value.dataSync()[0]!
  })
}
