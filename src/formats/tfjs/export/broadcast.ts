import { elementCount } from '../../../graph/tensor.js'
import type { Constant } from '../import/value.js'
import { permute, reshaped, TO_CHANNELS_LAST } from '../permute.js'
import type { Builder } from './builder.js'
import { alongFeatures, channelsLast, materialize, plain } from './layout.js'
import { type Computed, type Layout, plainLayout, shapeOf, type Value } from './value.js'

/** Operands of an element-wise operator in one layout, and which that is. */
export interface Aligned {
  readonly operands: readonly Computed[]
  readonly layout: Layout
}

/**
 * Operands that are broadcast to `rank` axes, in a layout that all can take: channels last where one is a map, flat where
 * the others are the same or constants, else as ONNX has them.
 */
export function align(b: Builder, values: readonly Value[], rank: number): Aligned {
  const layouts = values.flatMap(value => (value.kind === 'computed' ? [value.layout] : []))
  const map = layouts.find(layout => layout.kind === 'channelsLast')
  if (map !== undefined && rank === 4) {
    const operands = values.map(value => asMap(b, value)).filter(operand => operand !== undefined)
    if (operands.length === values.length) return { operands, layout: map }
  }
  const flat = layouts.find(layout => layout.kind === 'flat')
  if (flat?.kind === 'flat' && rank === 2) {
    const operands = values.map(value => asFlat(b, value, flat)).filter(operand => operand !== undefined)
    if (operands.length === values.length) return { operands, layout: flat }
  }
  return { operands: values.map(value => plain(b, value)), layout: plainLayout }
}

/** An operand of a map, channels last; undefined for one whose axes would not line up. */
function asMap(b: Builder, value: Value): Computed | undefined {
  if (value.kind === 'constant') return materialize(b, besideMap(value))
  if (value.kind === 'sizes' || value.shape.length === 0) return materialize(b, value)
  return value.shape.length === 4 ? channelsLast(b, value) : undefined
}

/** A constant that broadcasts to [n, c, h, w] as one that broadcasts to [n, h, w, c]: [c, 1, 1] becomes [c]. */
export function besideMap(constant: Constant): Constant {
  const { shape } = constant.tensor
  if (elementCount(shape) === 1 && shape.length < 4)
    return { ...constant, key: `${constant.key}:scalar`, tensor: reshaped(constant.tensor, []) }
  const ones = Array.from({ length: Math.max(0, 4 - shape.length) }, () => 1)
  const turned = permute(reshaped(constant.tensor, [...ones, ...shape]), TO_CHANNELS_LAST)
  const first = turned.shape.findIndex(size => size !== 1)
  const tensor = reshaped(turned, turned.shape.slice(first < 0 ? 3 : first))
  return { kind: 'constant', key: `${constant.key}:hwc`, tensor }
}

function asFlat(b: Builder, value: Value, flat: Layout & { kind: 'flat' }): Computed | undefined {
  if (value.kind === 'constant') {
    const axis = shapeOf(value).length - 1
    return materialize(b, axis < 0 ? value : alongFeatures(value, axis, flat))
  }
  const x = materialize(b, value)
  const { layout, shape } = x
  if (shape.length === 0 || (layout.kind === 'plain' && shape.at(-1) === 1)) return x
  const same = layout.kind === 'flat' && layout.cells === flat.cells && layout.channels === flat.channels
  return same ? x : undefined
}
