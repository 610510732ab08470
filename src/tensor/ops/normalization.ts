import { floatAttribute } from '../../graph/attributes.js'
import { GraphError } from '../../graph/types.js'
import { batchNormalize, channelMoments } from '../gradients/batch-norm.js'
import type { Operator } from './operator.js'

export const batchNormalization: Operator = ({ node, required, batchNorm, onMoments, activation }) => {
  const x = required(0)
  if (x.rank !== 4 && x.rank !== 2)
    throw new GraphError(`node ${node.id} (${node.op}): only 2-D and 4-D values can be trained`)
  if (onMoments !== null) {
    const { mean, variance } = channelMoments(x)
    onMoments(node, mean, variance)
  }
  return batchNormalize(x, required(1), required(2), {
    stored: batchNorm === 'batch' ? null : { mean: required(3), variance: required(4) },
    epsilon: floatAttribute(node, 'epsilon', 1e-5),
    activation,
  })
}
