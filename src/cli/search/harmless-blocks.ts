import { blockDrops } from '../../evaluate/block-drops.js'
import { GraphError } from '../../graph/types.js'
import type { RunDefinition } from '../../search/definition.js'
import type { Inputs } from '../files/inputs.js'
import type { SearchOptions } from './options.js'

/**
 * The residual blocks whose removal is to be decided, with the accuracy that each alone costs.
 * @throws GraphError where blocks are to be decided and none is harmless enough.
 */
export async function harmlessBlocks(
  { model, decide, maxBlockDrop }: Pick<SearchOptions, 'model' | 'decide' | 'maxBlockDrop'>,
  { graph, data }: Pick<Inputs, 'graph' | 'data'>,
): Promise<RunDefinition['blocks']> {
  if (!decide.includes('blocks')) return {}
  const drops = await blockDrops(graph, data)
  if (drops.size === 0) throw new GraphError(`${model}: no residual block can be removed`)
  const harmless = [...drops].filter(([, drop]) => drop * 100 <= maxBlockDrop)
  if (harmless.length === 0) {
    const least = Math.min(...drops.values()) * 100
    throw new GraphError(
      `${model}: each residual block alone costs more than --max-block-drop ${maxBlockDrop}; the least ${least.toFixed(1)} points`,
    )
  }
  return Object.fromEntries(harmless)
}
