import { lowerCompressed } from '../../compress/quantize/lower.js'
import { isQuantized } from '../../evaluate/deploy.js'
import { plainWeights } from '../../formats/pare/plain-weights.js'
import { quantizedWeights } from '../../formats/pare/quantized-weights.js'
import { fakeQuantizeOf } from '../../graph/fake-quantize.js'
import { lookupOf } from '../../graph/lookup.js'
import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import { type Graph, GraphError, type Node } from '../../graph/types.js'
import type { ModelFormat } from '../options/options.js'

/**
 * A model in operators that other programs have: in ONNX what is quantised stays so, by QuantizeLinear and
 * DequantizeLinear; TF.js computes in float32.
 * @throws GraphError for TF.js, for a quantiser of a value, which it has no operator for
 */
export function standardOperators(graph: Graph, format: ModelFormat = 'onnx'): Graph {
  if (!isQuantized(graph)) return graph
  if (format === 'onnx') return lowerCompressed(graph)
  const plain = plainWeights(graph)
  const left = plain.nodes.find(({ domain }) => domain === PARE_DOMAIN)
  if (left !== undefined)
    throw new GraphError(`node ${left.id}: TF.js has no operator that rounds values to ${bitsOf(left)} bits`)
  return plain
}

function bitsOf(node: Node): number {
  return fakeQuantizeOf(node)?.bits ?? 0
}

/** What a format does not hold of a model as it is, in words; '' where it holds all. */
export function notHeld(graph: Graph, format: ModelFormat): string {
  const held = format === 'onnx' ? [4, 8] : []
  const widths = [...quantizedWeights(graph).values()]
    .map(({ quantizer }) => quantizer.bits)
    .filter(bits => !held.includes(bits))
  const lookups = graph.nodes.filter(node => lookupOf(node) !== undefined).length
  const listed = [...new Set(widths)].sort((a, b) => a - b).join(', ')
  const wider = format === 'onnx' ? 'integers of 4 or 8 bits' : 'float32'
  return [
    ...(widths.length > 0 ? [`${widths.length} weights of ${listed} bits stand as ${wider}`] : []),
    ...(lookups > 0 ? [`${lookups} weights of codebooks stand as float32`] : []),
  ].join(', ')
}
