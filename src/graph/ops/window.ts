import { intAttribute, intsAttribute, stringAttribute } from '../attributes.js'
import { GraphError, type Node } from '../types.js'

/**
 * Spatial output sizes of a sliding window (Conv, pooling) over inputs of the sizes `spatial`, after the rules of the
 * ONNX operator specification for pads, auto_pad, dilations and ceil_mode.
 */
export function windowOutput(node: Node, spatial: readonly number[], kernel: readonly number[]): number[] {
  const ones = spatial.map(() => 1)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  const pads = intsAttribute(
    node,
    'pads',
    [...spatial, ...spatial].map(() => 0),
  )
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET')
  const round = intAttribute(node, 'ceil_mode', 0) === 1 ? Math.ceil : Math.floor
  return spatial.map((size, axis) => {
    const stride = strides[axis]!
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') return Math.ceil(size / stride)
    const padding = autoPad === 'VALID' ? 0 : pads[axis]! + pads[axis + spatial.length]!
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1
    const steps = round((size + padding - reach) / stride)
    // In ceil mode a last window that would start in the padding behind the input does not count.
    const last = round === Math.ceil && steps * stride >= size + (pads[axis] ?? 0) ? steps - 1 : steps
    if (last < 0) throw new GraphError(`node ${node.id} (${node.op}): its window is larger than its input`)
    return last + 1
  })
}

/**
 * Padding before the input along each spatial axis, auto_pad included.
 * SAME_UPPER puts an odd rest behind the input, SAME_LOWER before it.
 */
export function paddingBefore(node: Node, spatial: readonly number[], kernel: readonly number[]): number[] {
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET')
  const pads = intsAttribute(
    node,
    'pads',
    [...spatial, ...spatial].map(() => 0),
  )
  if (autoPad === 'VALID') return spatial.map(() => 0)
  if (autoPad === 'NOTSET') return spatial.map((_, axis) => pads[axis]!)
  const ones = spatial.map(() => 1)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  return spatial.map((size, axis) => {
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1
    const total = Math.max(0, (Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + reach - size)
    return autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)
  })
}
