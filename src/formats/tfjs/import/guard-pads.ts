import { floatTensor } from '../../../graph/tensor.js'
import type { Graph, Node } from '../../../graph/types.js'
import { freshName, readers } from './uses.js'

/** Operators whose results are never below zero. */
const nonNegative = new Set(['Relu', 'Sigmoid', 'Softplus', 'Softmax'])

const LOWEST = -3.4028234663852886e38

/**
 * Keeps ONNX Runtime from merging a Pad into the MaxPool behind it: whatever the Pad fills in, the merged pool would pad
 * with minus infinity, and negative maps would come out wrong. A maximum with the lowest number stands between them.
 */
export function guardPads(graph: Graph): Graph {
  const uses = readers(graph)
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(output => [output, node] as const)))
  const initializers = new Map(graph.initializers)
  const guard = freshName(initializers, 'lowest')
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const [output = ''] = node.outputs
    const pooled = node.op === 'Pad' && uses.get(output)?.some(reader => reader?.op === 'MaxPool')
    if (!pooled || nonNegative.has(makers.get(node.inputs[0] ?? '')?.op ?? '')) return [node]
    initializers.set(guard, floatTensor([], [LOWEST]))
    const inner = `${output}/unguarded`
    return [
      { ...node, outputs: [inner] },
      {
        id: `${node.id}/guard`,
        op: 'Max',
        domain: '',
        inputs: [inner, guard],
        outputs: [output],
        attributes: {},
      },
    ]
  })
  return { ...graph, nodes, initializers }
}
