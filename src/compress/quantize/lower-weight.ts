import { elementTypeCodes } from '../../graph/element-types.js'
import { type FakeQuantize, fakeQuantizeOf, quantizedIntegers } from '../../graph/fake-quantize.js'
import { elementCount } from '../../graph/tensor.js'
import type { Graph, Node } from '../../graph/types.js'
import { INT4_OPSET, withInt4 } from './int4.js'
import { type Making, standard } from './lower-activation.js'

/** Integers of so many bits are stored as int4. */
const NARROW = 4

/** The graph in an operator set with int4, where it has weights that fit and can be raised to it. */
export function roomForInt4(graph: Graph): Graph {
  const narrow = graph.nodes.some(node => {
    const q = fakeQuantizeOf(node)
    return q !== undefined && q.bits <= NARROW && q.signed && graph.initializers.has(q.input)
  })
  return narrow ? (withInt4(graph) ?? graph) : graph
}

/**
 * DequantizeLinear of a weight's integers. Those of 4 bits and fewer are stored as int4, where the operator set has it, and
 * cast to int8 as the model is loaded: ONNX Runtime has no layers on int4, and computes on int8 as with wider weights.
 */
export function lowerWeight(graph: Graph, node: Node, q: FakeQuantize, make: Making): Node[] {
  const weight = graph.initializers.get(q.input)!
  const narrow = q.bits <= NARROW && graph.opset >= INT4_OPSET
  const dtype = narrow ? 'int4' : 'int8'
  const stored = make.constant(dtype, {
    dtype,
    shape: weight.shape,
    data: quantizedIntegers(graph, q),
  })
  const zeros = graph.initializers.get(q.scale)?.shape ?? []
  // Integer products of dense layers are only found where it is spelled out.
  const zero = make.constant('zero', {
    dtype: 'int8',
    shape: zeros,
    data: new Int8Array(elementCount(zeros)),
  })
  const dequantize = (from: string) =>
    standard(node.id, 'DequantizeLinear', [from, q.scale, zero], q.output, q.axis)
  if (!narrow) return [dequantize(stored)]
  const cast = make.fresh('int8')
  const attributes = { to: { kind: 'int', value: elementTypeCodes.int8 } } as const
  return [{ ...standard(make.fresh('cast'), 'Cast', [stored], cast, null), attributes }, dequantize(cast)]
}
