import { BudgetError } from '../../envs/budget.js'
import { shareWeights, sharingDefaults } from '../compress/sharing/share-weights.js'
import type { Graph } from '../graph/types.js'
import type { Generation } from '../train/generations.js'
import type { FineTuneOptions } from '../train/options.js'
import { percent } from '../ui/format.js'
import type { FinetuneInputs } from './finetune-inputs.js'
import { createJudgements, madeOf } from './judgements.js'
import type { PackTraining } from './pack-training.js'
import { sharedBits } from './shared-bits.js'
import { trainModel } from './train-model.js'

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
 * @throws what `trainModel`, `shareWeights` and `sharedBits` do
 */
export async function deepCompress(
  { graph: original, data }: Pick<FinetuneInputs, 'graph' | 'data'>,
  { training, bits, plain }: DeepCompression,
  signal: AbortSignal,
): Promise<DeepCompressed> {
  async function train(graph: Graph, options: FineTuneOptions): Promise<Generation> {
    const judgements = createJudgements(1)
    const inputs = { graph, teacher: original, data }
    await trainModel(inputs, { fromScratch: false, plain }, options, judgements, signal)
    return madeOf(judgements)
  }
  const { target } = training.pruning.sparsity
  const zeros = target.kind === 'share' ? percent(target.share) : 'a pattern'
  process.stderr.write(`1. pruning: ${zeros} of the weights become zero\n`)
  const pruned = await train(original, training.pruning)
  process.stderr.write('2. sharing: the others become entries of codebooks\n')
  const shared = shareWeights(pruned.graph, sharedBits(pruned.graph, bits), {
    ...sharingDefaults,
    seed: training.sharing.seed,
  })
  return { pruned, shared: await train(shared, training.sharing) }
}

/** Times that a smaller share of zeros is tried at most. */
const TRIES = 4

/**
 * Deep Compression that keeps the loss of validation accuracy within `maxDrop` points: where it does not, twice as many
 * weights stay, and again.
 * @param accuracy the original's, in [0,1]
 * @throws BudgetError where even the last try loses more
 */
export async function deepCompressWithin(
  inputs: Pick<FinetuneInputs, 'graph' | 'data'>,
  compression: DeepCompression,
  { accuracy, maxDrop }: { readonly accuracy: number; readonly maxDrop: number | undefined },
  signal: AbortSignal,
): Promise<DeepCompressed> {
  const { training } = compression
  let { sparsity } = training.pruning
  for (let tried = 1; ; tried++) {
    const pruning = { ...training.pruning, sparsity }
    const made = await deepCompress(inputs, { ...compression, training: { ...training, pruning } }, signal)
    const drop = 100 * (accuracy - made.shared.accuracy)
    if (maxDrop === undefined || drop <= maxDrop) return made
    const { target } = sparsity
    const share = target.kind === 'share' ? 1 - 2 * (1 - target.share) : 0
    const lost = `validation accuracy falls by ${drop.toFixed(2)} points`
    if (tried === TRIES || share <= 0)
      throw new BudgetError(`${lost}, more than --max-drop ${maxDrop}, after ${tried} tries`)
    process.stderr.write(`${lost}: twice as many weights stay\n`)
    sparsity = { ...sparsity, target: { kind: 'share', share } }
  }
}
