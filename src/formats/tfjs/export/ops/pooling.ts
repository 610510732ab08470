import { intAttribute } from '../../../../graph/attributes.js'
import { countedCells } from '../../../../graph/ops/window.js'
import { floatTensor } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { bool, ints, text } from '../attribute.js'
import { type Call, input, outputShape, type Rule } from '../call.js'
import { channelsLast, plain } from '../layout.js'
import { assertHoldable } from '../tensor.js'
import { type Computed, channelsLastLayout } from '../value.js'
import { isSame, isUnpadded, kernelOf, spatialOf, spread, type Window, windowOf } from '../window.js'

interface Pool {
  readonly x: Computed
  readonly window: Window
}

function poolOf(call: Call): Pool {
  const x = channelsLast(call.b, input(call, 0))
  const window = windowOf(call.node, spatialOf(x), kernelOf(call.node))
  if (window.dilations.some(d => d !== 1)) throw new GraphError('TF.js has no dilated pooling')
  return { x, window }
}

function emit(call: Call, op: 'MaxPool' | 'AvgPool', x: string, window: Window): string {
  return call.b.emit(op, [x], {
    data_format: text('NHWC'),
    ksize: ints(spread(window.kernel)),
    strides: ints(spread(window.strides)),
    padding: text(isSame(window) && !isUnpadded(window) ? 'SAME' : 'VALID'),
  })
}

/** The map with cells of one value around it. */
function padded(call: Call, x: string, { padding }: Window, value: number): string {
  const pads = call.b.integers([0, 0, ...padding.flat(), 0, 0], [4, 2])
  return call.b.emit('PadV2', [x, pads, call.b.scalar(value)])
}

function made(call: Call, name: string): Computed {
  return { kind: 'computed', name, shape: outputShape(call), layout: channelsLastLayout, dtype: 'float32' }
}

/** TF.js pads a pool as SAME or not at all; any other padding is laid around the map, and never is the largest. */
export const maxPool: Rule = call => {
  const { x, window } = poolOf(call)
  const fits = isUnpadded(window) || isSame(window)
  const source = fits ? x.name : padded(call, x.name, window, Number.NEGATIVE_INFINITY)
  return made(call, emit(call, 'MaxPool', source, fits ? window : unpadded(window)))
}

/** What is left to do where the map has its padding already. */
function unpadded(window: Window): Window {
  const none = [0, 0] as const
  const [rows, columns] = window.padding
  const [height, width] = window.spatial
  return {
    ...window,
    spatial: [height + rows[0] + rows[1], width + columns[0] + columns[1]],
    padding: [none, none],
  }
}

/**
 * TensorFlow's mean leaves the padding out, as ONNX's does by default. Elsewhere zeros are laid around the map, and the
 * means corrected by how many cells count.
 */
export const averagePool: Rule = call => {
  const { x, window } = poolOf(call)
  assertHoldable(window.output[0] * window.output[1])
  const [rows = [], columns = []] = countedCells(call.node, window.spatial, window.kernel)
  const counted = rows.flatMap(height => columns.map(width => height * width))
  const whole = window.kernel[0] * window.kernel[1]
  const none = intAttribute(call.node, 'count_include_pad', 0) === 0
  if (isUnpadded(window) || (none && isSame(window))) return made(call, emit(call, 'AvgPool', x.name, window))
  const sums = emit(call, 'AvgPool', padded(call, x.name, window, 0), unpadded(window))
  if (counted.every(cells => cells === whole)) return made(call, sums)
  const [height, width] = window.output
  const factors = counted.map(cells => whole / cells)
  const factor = call.b.constant(`node ${call.node.id}:correction`, () =>
    floatTensor([height, width, 1], factors),
  )
  return made(call, call.b.emit('Mul', [sums, factor]))
}

/** Mean or maximum over all spatial axes. */
export function globalPool(op: 'Mean' | 'Max'): Rule {
  return call => {
    const given = input(call, 0)
    const map = given.kind === 'computed' && given.shape.length === 4
    const x = map ? channelsLast(call.b, given) : plain(call.b, given)
    const axes = x.shape.flatMap((_, axis) => (axis < 2 ? [] : [map ? axis - 1 : axis]))
    const name = call.b.emit(op, [x.name, call.b.integers(axes)], { keep_dims: bool(true) })
    return { ...x, name, shape: outputShape(call) }
  }
}
