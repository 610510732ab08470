import { dropUnused } from '../../graph/constants.js'
import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import { spellLookups } from '../../graph/spell-lookups.js'
import { floatTensor } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'
import { dequantized, quantizedWeights, withoutQuantizers } from './quantized-weights.js'

/**
 * The graph with a float32 constant for each weight that is looked up or that only a quantiser reads: it computes the same
 * in operators that every runtime has, but for quantised values.
 * @throws GraphError for an index that its codebook has no entry for
 */
export function plainWeights(graph: Graph): Graph {
  const weights = quantizedWeights(graph)
  const without = withoutQuantizers(graph, weights)
  const initializers = new Map(without.initializers)
  for (const [name, weight] of weights) {
    const { shape } = graph.initializers.get(name)!
    initializers.set(name, floatTensor(shape, dequantized(weight, shape)))
  }
  const plain = dropUnused(spellLookups({ ...without, initializers }))
  if (plain.nodes.some(({ domain }) => domain === PARE_DOMAIN)) return plain
  const { [PARE_DOMAIN]: _, ...otherOpsets } = plain.otherOpsets
  return { ...plain, otherOpsets }
}
