import { type FakeQuantize, integerRange } from '../../graph/fake-quantize.js'
import { roundHalfEven } from '../../graph/round-half-even.js'
import { toNumbers } from '../../graph/tensor.js'
import type { Graph, Node, Tensor } from '../../graph/types.js'

/** The names and constants of what an operator of pare's own becomes. */
export interface Making {
  /** A name like the one wished for that nothing has. */
  readonly fresh: (wish: string) => string
  /** The name of a constant: a fresh one, or for a small one that of an equal one. */
  readonly constant: (wish: string, tensor: Tensor) => string
}

/**
 * QuantizeLinear and DequantizeLinear for the quantiser of a value. Where the grid has fewer points than a byte, a Clip of the
 * integers between them takes away the others, so that what comes out is exactly on the grid, and ONNX Runtime still finds
 * its integer kernels on both sides.
 */
export function lowerActivation(graph: Graph, node: Node, q: FakeQuantize, make: Making): Node[] {
  const dtype = q.signed ? 'int8' : 'uint8'
  const byte = q.signed ? { low: -128, high: 127 } : { low: 0, high: 255 }
  const { low, high } = integerRange(q)
  const scalar = (value: number): Tensor => ({
    dtype,
    shape: [],
    data: q.signed ? Int8Array.of(value) : Uint8Array.of(value),
  })
  const given = graph.initializers.get(q.zeroPoint)
  const zero = make.constant('zero', scalar(given === undefined ? 0 : toNumbers(given)[0]!))
  const integers = make.fresh('integers')
  const from = q.axis === null ? beforeClip(graph, q) : q.input
  const quantize = standard(node.id, 'QuantizeLinear', [from, q.scale, zero], integers, q.axis)
  const dequantize = (stored: string) =>
    standard(make.fresh('dequantize'), 'DequantizeLinear', [stored, q.scale, zero], q.output, q.axis)
  if (low === byte.low && high === byte.high) return [quantize, dequantize(integers)]
  const clipped = make.fresh('clipped')
  const limit = (name: string, value: number, end: number) =>
    value === end ? '' : make.constant(name, scalar(value))
  const limits = [limit('low', low, byte.low), limit('high', high, byte.high)]
  const clip = standard(make.fresh('clip'), 'Clip', [integers, ...limits], clipped, null)
  return [quantize, clip, dequantize(clipped)]
}

/** A node of the standard domain with one output. */
export function standard(
  id: string,
  op: string,
  inputs: readonly string[],
  output: string,
  axis: number | null,
): Node {
  const attributes = axis === null ? {} : { axis: { kind: 'int', value: axis } as const }
  return { id, op, domain: '', inputs, outputs: [output], attributes }
}

/**
 * The value before a Clip of a quantiser's input, where the grid ends within the Clip's limits and so clips all that it does;
 * else the input itself. ONNX Runtime sees that only of the integers of a whole byte.
 */
function beforeClip(graph: Graph, q: FakeQuantize): string {
  const clip = graph.nodes.find(({ outputs }) => outputs[0] === q.input)
  if (clip?.op !== 'Clip' || clip.domain !== '') return q.input
  const number = (name: string | undefined, fallback: number) => {
    const tensor = graph.initializers.get(name ?? '')
    return (name ?? '') === '' ? fallback : tensor === undefined ? Number.NaN : toNumbers(tensor)[0]!
  }
  const [input = '', least, most] = clip.inputs
  const [scale, zero] = [number(q.scale, 1), number(q.zeroPoint, 0)]
  const integer = (x: number) => roundHalfEven(Math.fround(x / scale)) + zero
  const { low, high } = integerRange(q)
  const within = integer(number(least, -Infinity)) <= low && integer(number(most, Infinity)) >= high
  return within ? input : q.input
}
