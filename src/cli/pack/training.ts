import type { BackendName } from '../../tensor/backend.js'
import type { FineTuneOptions, SparsityPlan } from '../../train/options.js'
import { trainingOf } from '../finetune/training.js'
import { UsageError } from '../options/error.js'
import type { PackOptions } from './options.js'

/** How the two trainings of Deep Compression go, both taught by the original. */
export interface PackTraining {
  readonly pruning: FineTuneOptions & { readonly sparsity: SparsityPlan }
  readonly sharing: FineTuneOptions
}

/** @throws UsageError for options that contradict each other. */
export function packTraining(options: PackOptions, backend: BackendName): PackTraining {
  const teacher = options.model
  const pruning = trainingOf({ ...options, teacher, generations: 1, fromScratch: false, scaleL1: 0 }, backend)
  if (pruning.sparsity === null) throw new UsageError('--sparsity is missing')
  if (options.maxDrop !== undefined && pruning.sparsity.target.kind !== 'share')
    throw new UsageError('--max-drop: needs a share of zeros that can be lowered, such as --sparsity 0.9')
  return {
    pruning: { ...pruning, sparsity: pruning.sparsity },
    sharing: {
      ...pruning,
      epochs: options.shareEpochs,
      learningRate: options.shareLearningRate,
      // What was pruned in layers that stay float is not to come back.
      sparsity: { target: { kind: 'standing' }, schedule: 'one-shot' },
      seed: `${pruning.seed}/share`,
    },
  }
}
