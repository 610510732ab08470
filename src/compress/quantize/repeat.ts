import { type FakeQuantize, fakeQuantizeNode, fakeQuantizeOf } from '../../graph/fake-quantize.js'
import { freshNames } from '../../graph/fresh-names.js'
import type { Graph, Node } from '../../graph/types.js'
import { sourcesOf } from './movers.js'

/**
 * The graph with quantisers repeated where a quantised layer reads a quantised value through operators that only move
 * numbers. What is on the grid stays as it is; but ONNX Runtime looks for integers right before the layer.
 */
export function repeatQuantizers(graph: Graph): Graph {
  const quantizers = new Map<string, FakeQuantize>()
  for (const node of graph.nodes) {
    const q = fakeQuantizeOf(node)
    if (q !== undefined) quantizers.set(q.output, q)
  }
  const sourceOf = sourcesOf(graph)
  const fresh = freshNames(graph)
  const repeated = new Map<string, string>()
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const [input = '', weight = ''] = node.inputs
    const q = quantizers.get(sourceOf(input))
    const moved = q !== undefined && q.axis === null && !quantizers.has(input)
    if (!moved || !quantizers.has(weight) || graph.initializers.has(q.input)) return [node]
    const known = repeated.get(input)
    const output = known ?? fresh('quantized')
    repeated.set(input, output)
    const layer = { ...node, inputs: node.inputs.map((name, i) => (i === 0 ? output : name)) }
    return known === undefined
      ? [fakeQuantizeNode(fresh('quantize'), { ...q, input, output }), layer]
      : [layer]
  })
  return repeated.size === 0 ? graph : { ...graph, nodes }
}
