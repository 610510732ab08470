import { GraphError } from '../../../graph/types.js'
import { int, ints, string } from './attribute.js'
import type { Attributes } from './builder.js'
import type { Size } from './value.js'

/** Padding in TensorFlow's terms; explicit: rows before, rows after, columns before, columns after. */
export type Padding = 'same' | 'valid' | readonly [number, number, number, number]

/** A sliding window; each pair is (rows, columns). */
export interface Window {
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  readonly padding: Padding
}

/** ONNX's attributes of a window over maps of the size `spatial`, and the size of what comes out. */
export function placeWindow(
  window: Window,
  spatial: readonly Size[],
): { readonly attributes: Attributes; readonly spatial: readonly Size[] } {
  const { kernel, strides, dilations } = window
  const shared = { kernel_shape: ints(kernel), strides: ints(strides), dilations: ints(dilations) }
  const pads = [0, 1].map(axis => padsOf(window, axis, spatial[axis] ?? null))
  const sizes = [0, 1].map(axis => outputSize(window, axis, spatial[axis] ?? null, pads[axis]))
  const [rows, columns] = pads
  if (rows === undefined || columns === undefined) {
    // ONNX's SAME_UPPER is TensorFlow's rule, worked out when the size is known.
    return { attributes: { ...shared, auto_pad: string('SAME_UPPER') }, spatial: sizes }
  }
  const placed = [rows[0], columns[0], rows[1], columns[1]]
  return { attributes: { ...shared, pads: ints(placed) }, spatial: sizes }
}

function reach(window: Window, axis: number): number {
  return window.dilations[axis]! * (window.kernel[axis]! - 1) + 1
}

/** Padding before and after along an axis; undefined where it depends on a size that is not known. */
function padsOf(window: Window, axis: number, size: Size): readonly [number, number] | undefined {
  if (window.padding === 'valid') return [0, 0]
  if (window.padding !== 'same') return [window.padding[axis * 2]!, window.padding[axis * 2 + 1]!]
  const stride = window.strides[axis]!
  if (size === null && stride > 1) return undefined
  // With stride 1 every size needs the same padding.
  const extent = size ?? 1
  const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + reach(window, axis) - extent)
  // TensorFlow puts the odd row behind the map.
  return [Math.floor(total / 2), Math.ceil(total / 2)]
}

function outputSize(
  window: Window,
  axis: number,
  size: Size,
  pads: readonly [number, number] | undefined,
): Size {
  const stride = window.strides[axis]!
  if (size === null) return null
  if (window.padding === 'same' || pads === undefined) return Math.ceil(size / stride)
  const steps = Math.floor((size + pads[0] + pads[1] - reach(window, axis)) / stride)
  if (steps < 0) throw new GraphError('its window is larger than its input')
  return steps + 1
}

/** The attributes of a pooling window: ONNX's AveragePool knows no dilation before opset 19. */
export function poolAttributes({ dilations: _, ...attributes }: Attributes): Attributes {
  return { ...attributes, ceil_mode: int(0) }
}
