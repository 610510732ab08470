import { intsAttribute } from '../../../../graph/attributes.js'
import { axisAttribute } from '../../../../graph/axes.js'
import type { Size } from '../../import/value.js'
import { TO_CHANNELS_LAST } from '../../permute.js'
import { int } from '../attribute.js'
import type { Builder } from '../builder.js'
import { input, outputShape, type Rule } from '../call.js'
import { asTarget, channelsLast, materialize, physicalAxis, plain } from '../layout.js'
import { type Computed, channelsLastLayout, type Layout, plainLayout, shapeOf } from '../value.js'

/** Another shape over the same elements: Reshape, Flatten, Squeeze, Unsqueeze. */
export const reshape: Rule = call => {
  const x = materialize(call.b, input(call, 0))
  const shape = outputShape(call)
  return flattened(call.b, x, shape) ?? mapAgain(call.b, x, shape) ?? reshapedPlain(call.b, x, shape)
}

function reshapedPlain(b: Builder, value: Computed, shape: readonly Size[]): Computed {
  const x = plain(b, value)
  if (x.shape.length === shape.length && x.shape.every((size, axis) => size === shape[axis])) return x
  return { ...x, shape, name: b.emit('Reshape', [x.name, b.integers(asTarget(shape))]) }
}

/** [n, c, h, w] to [n, c*h*w] without moving an element. */
function flattened(b: Builder, x: Computed, shape: readonly Size[]): Computed | undefined {
  const [batch, channels = null, height = null, width = null] = x.shape
  if (x.layout.kind !== 'channelsLast' || shape.length !== 2 || shape[0] !== batch) return undefined
  if (height === null || width === null || channels === null) return undefined
  const cells = height * width
  if (shape[1] !== channels * cells) return undefined
  const layout: Layout = cells === 1 || channels === 1 ? plainLayout : { kind: 'flat', cells, channels }
  return { ...x, shape, layout, name: b.emit('Reshape', [x.name, b.integers(asTarget(shape))]) }
}

/** A flattened map as a map again, and a vector as a map of one cell. */
function mapAgain(b: Builder, x: Computed, shape: readonly Size[]): Computed | undefined {
  const [batch, channels = null, height = null, width = null] = shape
  if (shape.length !== 4 || x.shape.length !== 2 || x.shape[0] !== batch) return undefined
  if (height === null || width === null || channels === null) return undefined
  if (x.shape[1] !== channels * height * width) return undefined
  const { layout } = x
  const keeps =
    layout.kind === 'flat' ? layout.channels === channels : layout.kind === 'plain' && height * width === 1
  if (!keeps) return undefined
  const target = asTarget(TO_CHANNELS_LAST.map(axis => shape[axis]!))
  return { ...x, shape, layout: channelsLastLayout, name: b.emit('Reshape', [x.name, b.integers(target)]) }
}

/** Another order of the axes: where only ONNX's view of the value changes, nothing is to be done. */
export const transpose: Rule = call => {
  const { b, node } = call
  const given = materialize(b, input(call, 0))
  const x = given.layout.kind === 'flat' ? plain(b, given) : given
  const rank = x.shape.length
  const shape = outputShape(call)
  const order = intsAttribute(
    node,
    'perm',
    x.shape.map((_, axis) => rank - 1 - axis),
  )
  const physical = order.map(axis => physicalAxis(x.layout, axis))
  if (physical.every((axis, i) => axis === i)) return { ...x, shape, layout: plainLayout }
  if (rank === 4 && TO_CHANNELS_LAST.every((axis, i) => physical[axis] === i))
    return { ...x, shape, layout: channelsLastLayout }
  const name = b.emit('Transpose', [x.name, b.integers(physical)])
  return { ...x, shape, layout: plainLayout, name }
}

/** Values side by side along an axis. */
export const concat: Rule = call => {
  const { b, node } = call
  const values = call.inputs.map((_, i) => input(call, i))
  const rank = shapeOf(values[0]!).length
  const maps = values.some(value => value.kind === 'computed' && value.layout.kind === 'channelsLast')
  const parts = values.map(value => (maps ? channelsLast(b, value) : plain(b, value)))
  const { layout, dtype } = parts[0]!
  const axis = physicalAxis(layout, axisAttribute(node, 1, rank))
  const names = parts.map(part => part.name)
  const name =
    names.length === 1 ? names[0]! : b.emit('ConcatV2', [...names, b.integer(axis)], { N: int(names.length) })
  return { kind: 'computed', name, shape: outputShape(call), layout, dtype }
}
