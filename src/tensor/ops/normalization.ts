import { floatAttribute } from '../../graph/attributes.js'
import { batchNormalize, channelMoments } from '../gradients/batch-norm.js'
import type { Operator } from './operator.js'

export const batchNormalization: Operator = ({ node, required, batchNorm, onMoments }) => {
  const x = required(0)
  const stored = { mean: required(3), variance: required(4) }
  const own = batchNorm === 'batch' || onMoments !== null ? channelMoments(x) : stored
  onMoments?.(node, own.mean, own.variance)
  const used = batchNorm === 'batch' ? own : stored
  return batchNormalize(x, required(1), required(2), used, floatAttribute(node, 'epsilon', 1e-5))
}
