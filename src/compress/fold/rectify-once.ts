import { bypass, type HandsOn } from '../../graph/bypass.js'
import type { Graph } from '../../graph/types.js'

/** What a Relu behind a Relu hands on. */
export const rectifiedBefore: HandsOn = (node, makers) => {
  const [input = ''] = node.inputs
  const before = makers.get(input)
  const isRelu = (other: typeof before) => other?.op === 'Relu' && other.domain === ''
  return isRelu(node) && isRelu(before) ? input : undefined
}

/**
 * The graph without a Relu behind a Relu, as a residual block leaves them that goes. ONNX Runtime 1.30 fails on two behind a
 * layer of integers: it gives two nodes one name.
 */
export function rectifyOnce(graph: Graph): Graph {
  return bypass(graph, rectifiedBefore)
}
