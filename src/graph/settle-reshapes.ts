import { dropDead } from './fold-sizes.js'
import { int64Tensor } from './tensor.js'
import { atTwoBatches } from './two-batches.js'
import type { Graph } from './types.js'

/**
 * Shapes that a Reshape is given by arithmetic on sizes as constants, with -1 for the one size that depends on the batch:
 * TensorFlow's Tensordot and Einsum work out the whole shape. A constant can be written anew when channels go.
 */
export function settleReshapes(graph: Graph): Graph {
  const inferred = atTwoBatches(graph)
  if (inferred === undefined) return graph
  const initializers = new Map(graph.initializers)
  const taken = new Set([...initializers.keys(), ...graph.nodes.flatMap(node => node.outputs)])
  let settled = 0
  const nodes = graph.nodes.map(node => {
    const [input = '', target = ''] = node.inputs
    const [output = ''] = node.outputs
    const name = `${output}/shape`
    if (node.op !== 'Reshape' || node.domain !== '' || initializers.has(target) || taken.has(name))
      return node
    const [one, other] = inferred.map(({ shapes }) => shapes.get(output))
    const sizes = one?.map((size, axis) => (size === other?.[axis] ? size : -1))
    if (sizes === undefined || sizes.includes(0) || sizes.filter(size => size === -1).length > 1) return node
    initializers.set(name, int64Tensor([sizes.length], sizes))
    settled++
    return { ...node, inputs: [input, name] }
  })
  return settled === 0 ? graph : dropDead({ ...graph, nodes, initializers })
}
