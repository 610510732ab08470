import { movesOnly } from './movers.js'
import type { Graph } from './types.js'

/** What makes probabilities of any numbers, each for itself. */
const squashing = new Set(['Sigmoid', 'HardSigmoid'])

/** What leaves probabilities what they are: other types, and means of neighbours. */
const keeping = new Set(['Cast', 'QuantizeLinear', 'DequantizeLinear', 'Resize', 'Upsample'])

/** Whether a value holds probabilities of their own, as a sigmoid makes them. */
export function isProbability(graph: Graph, value: string): boolean {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(value))
  if (node === undefined) return false
  if (squashing.has(node.op)) return true
  return (keeping.has(node.op) || movesOnly(graph, node)) && isProbability(graph, node.inputs[0] ?? '')
}
