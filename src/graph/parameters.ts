import { fakeQuantizeOf } from './fake-quantize.js'
import { lookupOf } from './lookup.js'
import type { Graph } from './types.js'

/**
 * Elements of the constants that make a network what it is: all floating-point ones, and the integers that stand for
 * floats; not the steps and zero points of their grids, nor the entries of codebooks.
 */
export function countParams(graph: Graph): number {
  const [integers, grids] = [new Set<string>(), new Set<string>()]
  for (const node of graph.nodes) {
    const lookup = lookupOf(node)
    const quantizes = fakeQuantizeOf(node) !== undefined || node.op === 'QuantizeLinear'
    const dequantizes = node.domain === '' && node.op === 'DequantizeLinear'
    if (lookup !== undefined) {
      integers.add(lookup.indices)
      grids.add(lookup.codebook)
    }
    if (dequantizes) integers.add(node.inputs[0] ?? '')
    if (quantizes || dequantizes) for (const name of node.inputs.slice(1)) grids.add(name)
  }
  let count = 0
  for (const [name, { dtype, data }] of graph.initializers)
    if (integers.has(name) || (dtype.includes('float') && !grids.has(name))) count += data.length
  return count
}
