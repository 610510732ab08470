import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import type { Node } from '../../graph/types.js'
import { blocks } from './blocks.js'
import { convTranspose } from './conv-transpose.js'
import { conv } from './convolution.js'
import { einsum } from './einsum.js'
import { elementwise } from './elementwise.js'
import { linear } from './linear.js'
import { normalization } from './normalization.js'
import type { Operator } from './operator.js'
import { pad } from './pad.js'
import { pooling } from './pooling.js'
import { recurrents } from './recurrent.js'
import { reductions } from './reduction.js'
import { resize } from './resize.js'
import { scatters } from './scatter.js'
import { shapes } from './shape.js'
import { slicing } from './slicing.js'
import { softmaxes } from './softmax.js'
import { standIns } from './stand-ins.js'
import { unary } from './unary.js'

const operators = new Map<string, Operator>([
  ...unary,
  ...elementwise,
  ...linear,
  ...normalization,
  ...pooling,
  ...recurrents,
  ...reductions,
  ...shapes,
  ...slicing,
  ...scatters,
  ...softmaxes,
  ...blocks,
  ['Conv', conv],
  ['ConvTranspose', convTranspose],
  ['Einsum', einsum],
  ['Pad', pad],
  ['Resize', resize],
  ['Upsample', resize],
])

const ofOurOwn = new Map<string, Operator>(standIns)

/** How a node is computed; undefined for an operator that is not known. */
export function operatorOf(node: Node): Operator | undefined {
  if (node.domain === PARE_DOMAIN) return ofOurOwn.get(node.op)
  return node.domain === '' ? operators.get(node.op) : undefined
}
