import { type FakeQuantize, quantizedIntegers } from '../../graph/fake-quantize.js'
import { floats } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'

/** A constant as a symmetric quantiser leaves it, in its order. @throws GraphError where it or its scales are not there. */
export function dequantizedBy(graph: Graph, q: FakeQuantize): Float32Array {
  const integers = quantizedIntegers(graph, q)
  const { shape } = graph.initializers.get(q.input)!
  const scales = floats(graph.initializers.get(q.scale)!)
  const inner = shape.slice((q.axis ?? -1) + 1).reduce((product, size) => product * size, 1)
  const at = (i: number) => (q.axis === null ? 0 : Math.floor(i / inner) % shape[q.axis]!)
  return Float32Array.from(integers, (integer, i) => integer * scales[at(i)]!)
}
