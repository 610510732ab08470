import type { Node } from '../graph/types.js'
import type { Executor, PassOptions } from '../tensor/executor.js'
import { crossEntropy } from '../tensor/gradients/cross-entropy.js'
import { add, mul, type Scalar, type Tensor2D, tensor, tensor2d, tidy, variableGrads } from '../tensor/tf.js'
import type { Batch } from './batches.js'
import type { FineTuneOptions } from './options.js'
import type { Sgd } from './sgd.js'

/** What a step did: its loss in nats, and the length of its gradient. Where either is not finite, nothing was changed. */
export interface StepResult {
  readonly loss: number
  readonly gradientNorm: number
}

function passOf({ batchNorm }: Pick<FineTuneOptions, 'batchNorm'>): PassOptions {
  return { batchNorm: batchNorm ? 'batch' : 'stored', onMoments: null }
}

/**
 * One step of gradient descent on (1 - d) CE(labels) + d T^2 CE(teacher at temperature T), where d is the share of
 * distillation (Hinton et al. 2015, section 2). Without a teacher it is CE(labels) alone.
 */
export function trainStep(
  executor: Executor,
  sgd: Sgd,
  batch: Batch,
  options: FineTuneOptions,
  rate: number,
): StepResult {
  const { distillation, temperature, clipNorm } = options
  return tidy(() => {
    const samples = tensor(batch.samples, [...batch.shape])
    const rows = batch.shape[0]!
    const hard = tensor2d(batch.hard, [rows, batch.hard.length / rows])
    const soft = batch.soft === null ? null : tensor2d(batch.soft, hard.shape)
    const { value, grads } = variableGrads(
      () => {
        const logits = executor.run(samples, passOf(options)) as Tensor2D
        if (soft === null) return crossEntropy(logits, hard, 1)
        return add<Scalar>(
          mul(crossEntropy(logits, hard, 1), 1 - distillation),
          mul(crossEntropy(logits, soft, temperature), distillation),
        )
      },
      executor.parameters.trainable().map(([, v]) => v),
    )
    const loss = value.dataSync()[0]!
    if (!Number.isFinite(loss)) return { loss, gradientNorm: Number.NaN }
    return { loss, gradientNorm: sgd.apply(grads, rate, clipNorm) }
  })
}

/** The first node in whose output for a batch an element is not finite. */
export function firstNonFinite(
  executor: Executor,
  batch: Batch,
  options: Pick<FineTuneOptions, 'batchNorm'>,
): Node | undefined {
  let first: Node | undefined
  tidy(() => {
    executor.run(tensor(batch.samples, [...batch.shape]), {
      ...passOf(options),
      onValue(node, { tensor: value }) {
        if (first === undefined && !value.dataSync().every(element => Number.isFinite(element))) first = node
      },
    })
  })
  return first
}
