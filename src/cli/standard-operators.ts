import { lowerCompressed } from '../compress/quantize/lower.js'
import { plainWeights } from '../formats/pare/plain-weights.js'
import { quantizedWeights } from '../formats/pare/quantized-weights.js'
import { lookupOf } from '../graph/lookup.js'
import type { Graph } from '../graph/types.js'

/**
 * A model in operators that every runtime has: its weights float32, what is quantised of its values as QuantizeLinear and
 * DequantizeLinear.
 * @throws GraphError for operators of pare's own that read what they cannot
 */
export function standardOperators(graph: Graph): Graph {
  return lowerCompressed(plainWeights(graph))
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
