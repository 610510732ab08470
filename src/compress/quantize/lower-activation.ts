import { type FakeQuantize, integerRange } from '../../graph/fake-quantize.js'
import { toNumbers } from '../../graph/tensor.js'
import type { Graph, Node, Tensor } from '../../graph/types.js'

/** The names and constants of what an operator of pare's own becomes. */
export interface Making {
  /** A name like the one wished for that nothing has. */
  readonly fresh: (wish: string) => string
  /** Adds a constant under a fresh name, and gives the name. */
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
  const zero = make.constant(`${q.output}/zero`, scalar(given === undefined ? 0 : toNumbers(given)[0]!))
  const integers = make.fresh(`${q.output}/integers`)
  const quantize = standard(node.id, 'QuantizeLinear', [q.input, q.scale, zero], integers, q.axis)
  const dequantize = (from: string) =>
    standard(make.fresh(`${node.id}/back`), 'DequantizeLinear', [from, q.scale, zero], q.output, q.axis)
  if (low === byte.low && high === byte.high) return [quantize, dequantize(integers)]
  const clipped = make.fresh(`${q.output}/clipped`)
  const limit = (name: string, value: number, end: number) =>
    value === end ? '' : make.constant(`${q.output}/${name}`, scalar(value))
  const limits = [limit('low', low, byte.low), limit('high', high, byte.high)]
  const clip = standard(make.fresh(`${node.id}/clip`), 'Clip', [integers, ...limits], clipped, null)
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
