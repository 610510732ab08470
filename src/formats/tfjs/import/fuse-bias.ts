import { elementCount } from '../../../graph/tensor.js'
import type { Graph, Node } from '../../../graph/types.js'
import { reshaped } from '../permute.js'
import { freshName, readers } from './uses.js'

/** A constant for each channel that is added to a convolution's output, and to nothing else, becomes its bias. */
export function fuseBias(graph: Graph): Graph {
  const uses = readers(graph)
  const makers = new Map(graph.nodes.map(node => [node.outputs[0] ?? '', node]))
  const initializers = new Map(graph.initializers)
  const replaced = new Map<Node, Node | null>()
  for (const node of graph.nodes) {
    const found = biasOf(graph, node)
    const conv = found && makers.get(found.value)
    const axis = conv?.op === 'Conv' ? 0 : conv?.op === 'ConvTranspose' ? 1 : undefined
    if (
      conv === undefined ||
      axis === undefined ||
      conv.inputs.length !== 2 ||
      uses.get(found!.value)?.length !== 1
    )
      continue
    const bias = graph.initializers.get(found!.bias)!
    const channels = graph.initializers.get(conv.inputs[1]!)?.shape[axis]
    if (channels !== elementCount(bias.shape)) continue
    const name = freshName(initializers, `${found!.bias}:bias`)
    initializers.set(name, reshaped(bias, [channels]))
    replaced.set(conv, { ...conv, inputs: [...conv.inputs, name], outputs: node.outputs })
    replaced.set(node, null)
  }
  const nodes = graph.nodes.flatMap(node => {
    const other = replaced.get(node)
    return other === undefined ? [node] : other === null ? [] : [other]
  })
  return { ...graph, nodes, initializers }
}

/** The value and the [c, 1, 1] constant of an Add; undefined for any other node. */
function biasOf(graph: Graph, node: Node): { readonly value: string; readonly bias: string } | undefined {
  if (node.op !== 'Add') return undefined
  const [left = '', right = ''] = node.inputs
  for (const [value, bias] of [
    [left, right],
    [right, left],
  ] as const) {
    const shape = graph.initializers.get(bias)?.shape
    if (shape?.length === 3 && shape[1] === 1 && shape[2] === 1) return { value, bias }
  }
  return undefined
}
