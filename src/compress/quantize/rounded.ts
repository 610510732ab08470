import { type FakeQuantize, quantizedIntegers, scaledIntegers } from '../../graph/fake-quantize.js'
import { floats } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'

/** A constant as a symmetric quantiser leaves it, in its order. @throws GraphError where it or its scales are not there. */
export function dequantizedBy(graph: Graph, q: FakeQuantize): Float32Array {
  const integers = quantizedIntegers(graph, q)
  const { shape } = graph.initializers.get(q.input)!
  return scaledIntegers(integers, floats(graph.initializers.get(q.scale)!), shape, q.axis)
}
