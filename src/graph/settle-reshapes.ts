import { capturedNames, dropDead } from './constants.js'
import { int64Tensor } from './tensor.js'
import { atTwoBatches } from './two-batches.js'
import type { Graph, Node } from './types.js'

/**
 * Shapes that a Reshape is given by arithmetic on sizes as constants, with -1 for the one size that depends on the batch:
 * TensorFlow's Tensordot and Einsum work out the whole shape. A constant can be written anew when channels go. A Reshape
 * to the shape that is there already goes.
 */
export function settleReshapes(graph: Graph): Graph {
  const inferred = atTwoBatches(graph)
  if (inferred === undefined) return graph
  const initializers = new Map(graph.initializers)
  const taken = new Set([...initializers.keys(), ...graph.nodes.flatMap(node => node.outputs)])
  const kept = new Set([...graph.outputs.map(({ name }) => name), ...graph.nodes.flatMap(capturedNames)])
  const alias = new Map<string, string>()
  const shapesOf = (name: string) => inferred.map(({ shapes }) => shapes.get(name))
  const nodes = graph.nodes.flatMap((given): readonly Node[] => {
    const node = renamed(given, alias)
    const [input = '', target = ''] = node.inputs
    const [output = ''] = node.outputs
    const [one, other] = shapesOf(output)
    if (node.op !== 'Reshape' || node.domain !== '' || one === undefined) return [node]
    if (!kept.has(output) && shapesOf(input).join('; ') === `${one}; ${other}`) {
      alias.set(output, input)
      return []
    }
    const name = `${output}/shape`
    const sizes = one.map((size, axis) => (size === other?.[axis] ? size : -1))
    const isOpen = sizes.includes(0) || sizes.filter(size => size === -1).length > 1
    if (initializers.has(target) || taken.has(name) || isOpen) return [node]
    initializers.set(name, int64Tensor([sizes.length], sizes))
    return [{ ...node, inputs: [input, name] }]
  })
  const isChanged = nodes.length < graph.nodes.length || initializers.size > graph.initializers.size
  return isChanged ? dropDead({ ...graph, nodes, initializers }) : graph
}

function renamed(node: Node, alias: ReadonlyMap<string, string>): Node {
  if (!node.inputs.some(name => alias.has(name))) return node
  return { ...node, inputs: node.inputs.map(name => alias.get(name) ?? name) }
}
