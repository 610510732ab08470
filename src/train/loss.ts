import { crossEntropy } from '../tensor/gradients/cross-entropy.js'
import { add, div, mul, type Scalar, softmax, type Tensor, type Tensor2D } from '../tensor/tf.js'
import { attentionDistance } from './attention.js'
import type { FineTuneOptions } from './options.js'
import type { Seen } from './pass.js'

/** What a student is to say of a batch. */
export interface Wanted {
  /** [rows, classes] each. */
  readonly hard: Tensor2D
  readonly soft: Tensor2D | null
  /** Attention maps, [rows, places] each. */
  readonly maps: readonly Tensor[]
}

/**
 * (1 - d) CE(labels) + d T^2 CE(teacher at temperature T), where d is the share of distillation (Hinton et al. 2015,
 * section 2), plus the weighted distance of the attention maps. Without a teacher it is CE(labels) alone. In nats.
 */
export function lossOf(
  { logits, maps }: Seen,
  wanted: Wanted,
  {
    distillation,
    temperature,
    hintWeight,
  }: Pick<FineTuneOptions, 'distillation' | 'temperature' | 'hintWeight'>,
): Scalar {
  const { hard, soft } = wanted
  if (soft === null) return crossEntropy(logits, hard, 1)
  const loss = add<Scalar>(
    mul(crossEntropy(logits, hard, 1), 1 - distillation),
    mul(crossEntropy(logits, soft, temperature), distillation),
  )
  return maps.length === 0 ? loss : add(loss, mul(attentionDistance(maps, wanted.maps), hintWeight))
}

/** The distribution of logits at a temperature, [rows, classes]. */
export function soften(logits: Tensor2D, temperature: number): Tensor2D {
  return softmax(div<Tensor2D>(logits, temperature))
}
