import { intAttribute } from '../graph/attributes.js'
import type { Node } from '../graph/types.js'

/** How a weight stands in TF.js: its axes in that order, from ONNX's. */
export type AxisOrder = readonly number[]

/**
 * The layout in which a node reads a weight of that shape. Filters [out, in, ...kernel] become [...kernel, in, out], those
 * with one channel a group [...kernel, out, 1]; a transposed dense weight becomes [in, out]. Null: as in ONNX.
 */
export function axisOrder(node: Node, input: number, shape: readonly number[]): AxisOrder | null {
  if (input !== 1) return null
  const kernel = shape.slice(2).map((_, axis) => axis + 2)
  switch (node.op) {
    case 'Conv':
    case 'ConvTranspose':
      // A transposed convolution's [in, out, ...kernel] is the filter of the convolution that it turns round.
      return isDepthwise(node, shape) ? [...kernel, 0, 1] : [...kernel, 1, 0]
    case 'Gemm':
      return intAttribute(node, 'transB', 0) === 1 ? [1, 0] : null
    default:
      return null
  }
}

/** Whether each group of a convolution or a transposed one has one channel that it reads and, transposed, makes. */
export function isDepthwise(node: Node, shape: readonly number[]): boolean {
  const groups = intAttribute(node, 'group', 1)
  return groups > 1 && shape[1] === 1 && (node.op === 'Conv' || shape[0] === groups)
}

/** The order that undoes another. */
export function inverse(order: AxisOrder): number[] {
  return order.map((_, axis) => order.indexOf(axis))
}
