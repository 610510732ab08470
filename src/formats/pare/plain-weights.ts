import { dropUnused } from '../../graph/constants.js'
import { lookupOf } from '../../graph/lookup.js'
import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import { floats, floatTensor, toNumbers } from '../../graph/tensor.js'
import { type Graph, GraphError, type Tensor } from '../../graph/types.js'
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
  const nodes = without.nodes.filter(node => {
    const lookup = lookupOf(node)
    if (lookup === undefined) return true
    initializers.set(lookup.output, lookedUp(graph, lookup.indices, lookup.codebook))
    return false
  })
  const plain = dropUnused({ ...without, nodes, initializers })
  if (nodes.some(({ domain }) => domain === PARE_DOMAIN)) return plain
  const { [PARE_DOMAIN]: _, ...otherOpsets } = plain.otherOpsets
  return { ...plain, otherOpsets }
}

function lookedUp({ initializers }: Graph, indices: string, codebook: string): Tensor {
  const [places, entries] = [initializers.get(indices), initializers.get(codebook)]
  if (places?.dtype !== 'uint8' || entries?.dtype !== 'float32')
    throw new GraphError(`expected uint8 constant ${indices} and float32 constant ${codebook}`)
  const book = floats(entries)
  const data = Float32Array.from(toNumbers(places), index => book[index] ?? Number.NaN)
  if (toNumbers(places).some(index => index >= book.length))
    throw new GraphError(`${indices}: an index is not below the ${book.length} entries of ${codebook}`)
  return floatTensor(places.shape, data)
}
