import type { Graph } from '../../graph/types.js'
import { insertQuantizers } from './insert.js'

/**
 * The graph with quantisers on the weights of some layers, a scale a channel, for training that learns to do with few bits;
 * values stay float. What of them is float under a quantiser is what training moves, straight through the rounding.
 * @param bits 1 to 8, by node id
 * @throws GraphError for layers that are not there or stay float, and layers that want different bits for one weight
 */
export function roundWeights(graph: Graph, bits: ReadonlyMap<string, number>): Graph {
  const plan = new Map([...bits].map(([node, weight]) => [node, { weight, activation: null }] as const))
  return insertQuantizers(graph, plan, { histograms: new Map(), ranges: 'minmax', per: 'channel' })
}
