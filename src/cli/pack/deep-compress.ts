import { shareWeights, sharingDefaults } from '../../compress/sharing/share-weights.js'
import { goalsOf, metricText } from '../../evaluate/score.js'
import type { Graph } from '../../graph/types.js'
import type { Generation } from '../../train/generations.js'
import type { FineTuneOptions } from '../../train/options.js'
import { percent } from '../../ui/format.js'
import { scoreName } from '../../ui/score-text.js'
import type { FinetuneInputs } from '../finetune/inputs.js'
import { createJudgements, madeOf } from '../finetune/judgements.js'
import { layerBits } from '../finetune/layer-bits.js'
import { trainModel } from '../finetune/train-model.js'
import type { PackTraining } from './training.js'

/** What pruning and sharing made of a network, each the epoch that validated best. */
export interface DeepCompressed {
  readonly pruned: Generation
  readonly shared: Generation
}

/** How a network is compressed, and how it is told. */
export interface DeepCompression {
  readonly training: PackTraining
  /** As `--bits` says. */
  readonly bits: string
  /** Lines that are not written over, even in a terminal. */
  readonly plain: boolean
}

/**
 * Deep Compression (Han et al. 2016) up to its file: prunes while training, shares the weights that are left by k-means, and
 * trains the codebooks. The original teaches throughout. Progress goes to stderr.
 * @throws what `trainModel`, `shareWeights` and `layerBits` do
 */
export async function deepCompress(
  { graph: original, data }: Pick<FinetuneInputs, 'graph' | 'data'>,
  { training, bits, plain }: DeepCompression,
  signal: AbortSignal,
): Promise<DeepCompressed> {
  async function train(graph: Graph, options: FineTuneOptions): Promise<Generation> {
    const judgements = createJudgements(1, scoreName({ metric: metricText(goalsOf(data.val)) }))
    const inputs = { graph, teacher: original, data }
    await trainModel(inputs, { fromScratch: false, plain }, options, judgements, signal)
    return madeOf(judgements)
  }
  const { target } = training.pruning.sparsity
  const zeros = target.kind === 'share' ? percent(target.share) : 'a pattern'
  process.stderr.write(`1. pruning: ${zeros} of the weights become zero\n`)
  const pruned = await train(original, training.pruning)
  process.stderr.write('2. sharing: the others become entries of codebooks\n')
  const shared = shareWeights(pruned.graph, layerBits(pruned.graph, '--bits', bits), {
    ...sharingDefaults,
    seed: training.sharing.seed,
  })
  return { pruned, shared: await train(shared, training.sharing) }
}
