import { intAttribute } from '../../../graph/attributes.js'
import { GraphError } from '../../../graph/types.js'
import { without } from './attributes-to-inputs.js'
import type { Rule, VersionedRule } from './rule.js'

/** Before 14, a batch norm is in training mode where its statistics are read; files carry them unread, too. */
const batchNormalization: Rule = (node, rewriting) => {
  if (node.outputs.slice(1).some(name => rewriting.isRead(name)))
    throw new GraphError(
      `node ${node.id} (BatchNormalization): its statistics are read, so it is in training mode; export the model for inference`,
    )
  if (rewriting.opset < 9 && intAttribute(node, 'spatial', 1) !== 1)
    throw new GraphError(
      `node ${node.id} (BatchNormalization): one mean a cell (spatial = 0) is not supported`,
    )
  return [{ ...without(node, 'spatial'), outputs: node.outputs.slice(0, 1) }]
}

/** At inference its ratio says nothing. Before 10 the mask has the type of the input, since then it is of booleans. */
const dropout: Rule = (node, rewriting) => {
  const masked = node.outputs.slice(1).some(name => rewriting.isRead(name))
  if (masked && rewriting.opset < 10) return undefined
  return [{ ...without(node, 'ratio'), outputs: masked ? node.outputs : node.outputs.slice(0, 1) }]
}

/** Operators that behave otherwise while a network is trained. */
export const trainingModes: readonly (readonly [string, VersionedRule])[] = [
  ['BatchNormalization', { since: 14, rule: batchNormalization }],
  ['Dropout', { since: 12, rule: dropout }],
]
