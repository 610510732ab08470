import { type Lookup, lookupOf } from './lookup.js'
import { floats, floatTensor, toNumbers } from './tensor.js'
import { type Graph, GraphError, type Tensor } from './types.js'

/**
 * The graph with a plain float32 constant for each weight that is looked up.
 * @throws GraphError for an index that its codebook has no entry for
 */
export function spellLookups(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const nodes = graph.nodes.filter(node => {
    const lookup = lookupOf(node)
    if (lookup === undefined) return true
    initializers.set(lookup.output, lookedUp(graph, node.id, lookup))
    return false
  })
  return nodes.length === graph.nodes.length ? graph : { ...graph, nodes, initializers }
}

function lookedUp({ initializers }: Graph, node: string, { indices, codebook }: Lookup): Tensor {
  const [places, entries] = [initializers.get(indices), initializers.get(codebook)]
  if (places?.dtype !== 'uint8' || entries?.dtype !== 'float32')
    throw new GraphError(`node ${node}: expected uint8 constant ${indices} and float32 constant ${codebook}`)
  const book = floats(entries)
  const data = Float32Array.from(toNumbers(places), index => {
    const entry = book[index]
    if (entry === undefined)
      throw new GraphError(`node ${node}: index ${index} is past the codebook's ${book.length} entries`)
    return entry
  })
  return floatTensor(places.shape, data)
}
