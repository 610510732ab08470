import { assertTrainable } from '../../evaluate/rank.js'
import { channelGroups } from '../../graph/groups.js'
import { GraphError } from '../../graph/types.js'
import type { RunDefinition } from '../../search/definition.js'
import type { Inputs } from '../files/inputs.js'

/**
 * Looks before a run begins whether what it needs gradients for can have them.
 * @throws GraphError naming the node that cannot be trained and what to do without.
 */
export async function assertGradients(
  { model, criterion, fineTune }: RunDefinition,
  { graph, data }: Inputs,
): Promise<void> {
  const ranks = criterion === 'taylor'
  if (!ranks && fineTune.epochs === 0) return
  try {
    await assertTrainable(graph, channelGroups(graph).groups, data)
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    const advice = ranks ? 'choose another --criterion' : 'pass --epochs 0 to search without fine-tuning'
    throw new GraphError(`${model.source}: ${error.message}; ${advice}`, { cause: error })
  }
}
