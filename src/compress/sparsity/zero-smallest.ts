import { floats, floatTensor } from '../../graph/tensor.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { quantizableLayers } from '../quantize/layers.js'
import { magnitudeMasks } from './magnitude.js'

/**
 * The graph with the smallest weights of one layer zero.
 * @param layer the first layer that has the weight
 * @param kept share of its weights that stays, in (0,1]; at least one does
 * @throws GraphError for a layer without a float weight.
 */
export function zeroSmallest(graph: Graph, layer: string, kept: number): Graph {
  const name = quantizableLayers(graph).weights.find(({ layers }) => layers[0] === layer)?.name
  if (name === undefined) throw new GraphError(`layer ${layer}: expected one with a float weight`)
  const weight = graph.initializers.get(name)!
  const mask = magnitudeMasks(graph, [name], 1 - kept).get(name)!
  const data = floats(weight).map((value, i) => (mask[i] === 1 ? value : 0))
  return { ...graph, initializers: new Map(graph.initializers).set(name, floatTensor(weight.shape, data)) }
}
