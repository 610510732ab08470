import { plainWeights } from '../formats/pare/plain-weights.js'
import { quantizedWeights } from '../formats/pare/quantized-weights.js'
import { lookupOf } from '../graph/lookup.js'
import { PARE_DOMAIN } from '../graph/pare-domain.js'
import { type Graph, GraphError } from '../graph/types.js'

/**
 * A model in operators that every runtime has, its weights float32.
 * @throws GraphError for a quantiser of a value, which has no such operator yet
 */
export function standardOperators(graph: Graph): Graph {
  const plain = plainWeights(graph)
  const left = plain.nodes.find(({ domain }) => domain === PARE_DOMAIN)
  if (left !== undefined)
    throw new GraphError(`node ${left.id} (${left.op}) has no counterpart in other formats`)
  return plain
}

/** The weights of a model that stand otherwise than as float32, in words; '' where there are none. */
export function spelledOut(graph: Graph): string {
  const bits = [...quantizedWeights(graph).values()].map(({ quantizer }) => quantizer.bits)
  const lookups = graph.nodes.filter(node => lookupOf(node) !== undefined).length
  const widths = [...new Set(bits)].sort((a, b) => a - b)
  return [
    ...(bits.length > 0 ? [`${bits.length} weights of ${widths.join(', ')} bits`] : []),
    ...(lookups > 0 ? [`${lookups} weights of codebooks`] : []),
  ].join(' and ')
}
