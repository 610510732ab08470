import { intAttribute } from '../graph/attributes.js'
import type { Node, Tensor } from '../graph/types.js'

/** How a constant stands in TF.js: its axes in that order, from ONNX's. */
export type AxisOrder = readonly number[]

/**
 * The layout in which a node reads its constant input. Filters [out, in, kh, kw] become [kh, kw, in, out], those with one
 * channel a group [kh, kw, out, 1]; a transposed dense weight becomes [in, out]; any other 4-D constant stands as 4-D
 * values do, channels last. Null: as in ONNX.
 */
export function axisOrder(node: Node, input: number, { shape }: Tensor): AxisOrder | null {
  if (node.op === 'Conv' && input === 1 && shape.length === 4) {
    const depthwise = intAttribute(node, 'group', 1) > 1 && shape[1] === 1
    return depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]
  }
  if (node.op === 'Gemm' && input === 1) return intAttribute(node, 'transB', 0) === 1 ? [1, 0] : null
  return shape.length === 4 ? [0, 2, 3, 1] : null
}

/** The order that undoes another. */
export function inverse(order: AxisOrder): number[] {
  return order.map((_, axis) => order.indexOf(axis))
}
