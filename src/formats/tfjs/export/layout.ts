import { GraphError } from '../../../graph/types.js'
import type { Constant, Size } from '../import/value.js'
import { permute, regroup, TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from '../permute.js'
import type { Builder } from './builder.js'
import { asTfjsTensor } from './tensor.js'
import { type Computed, channelsLastLayout, type Layout, plainLayout, type Value } from './value.js'

/** Where an axis of ONNX's shape stands in the TF.js model. */
export function physicalAxis(layout: Layout, axis: number): number {
  return layout.kind === 'channelsLast' ? TO_CHANNELS_LAST.indexOf(axis as 0 | 1 | 2 | 3) : axis
}

/** ONNX's sizes in the order in which the value stands in the TF.js model. */
export function physicalSizes<T>(layout: Layout, sizes: readonly T[]): readonly T[] {
  return layout.kind === 'channelsLast' ? TO_CHANNELS_LAST.map(axis => sizes[axis]!) : sizes
}

/** A value as something that nodes can read: a constant becomes a Const node. @throws GraphError for sizes. */
export function materialize(b: Builder, value: Value): Computed {
  switch (value.kind) {
    case 'computed':
      return value
    case 'constant': {
      const { shape, dtype } = value.tensor
      const name = b.constant(value.key, () => asTfjsTensor(value.tensor))
      return { kind: 'computed', name, shape, layout: plainLayout, dtype }
    }
    case 'sizes':
      throw new GraphError('it computes with the size of the batch')
  }
}

/** A 4-D value as [n, h, w, c]. @throws GraphError for another rank. */
export function channelsLast(b: Builder, value: Value): Computed {
  if (value.kind === 'constant' && value.tensor.shape.length === 4) {
    const { shape, dtype } = value.tensor
    const name = b.constant(`${value.key}:nhwc`, () => permute(asTfjsTensor(value.tensor), TO_CHANNELS_LAST))
    return { kind: 'computed', name, shape, layout: channelsLastLayout, dtype }
  }
  const from = materialize(b, value)
  if (from.layout.kind === 'channelsLast') return from
  if (from.shape.length !== 4)
    throw new GraphError(`expected a map of two spatial axes, found a value of ${from.shape.length} axes`)
  const name = b.once(`nhwc ${from.name}`, () => turned(b, from, TO_CHANNELS_LAST))
  return { ...from, name, layout: channelsLastLayout }
}

/** A value as ONNX lays it out. */
export function plain(b: Builder, value: Value): Computed {
  const from = materialize(b, value)
  const { layout } = from
  switch (layout.kind) {
    case 'plain':
      return from
    case 'channelsLast':
      return {
        ...from,
        layout: plainLayout,
        name: b.once(`nchw ${from.name}`, () => turned(b, from, TO_CHANNELS_FIRST)),
      }
    case 'flat':
      return {
        ...from,
        layout: plainLayout,
        name: b.once(`chw ${from.name}`, () => unflat(b, from, layout)),
      }
  }
}

/** The other layout of a map; where no element moves, a Reshape is enough. */
function turned(
  b: Builder,
  { name, shape }: Computed,
  order: typeof TO_CHANNELS_FIRST | typeof TO_CHANNELS_LAST,
): string {
  const [, channels, height, width] = shape
  const moves = !(channels === 1 || (height === 1 && width === 1))
  if (moves || shape.filter(size => size === null).length > 1)
    return b.emit('Transpose', [name, b.integers(order)])
  const sizes = order === TO_CHANNELS_LAST ? TO_CHANNELS_LAST.map(axis => shape[axis]!) : shape
  return b.emit('Reshape', [name, b.integers(asTarget(sizes))])
}

function unflat(b: Builder, { name, shape }: Computed, layout: Layout & { kind: 'flat' }): string {
  const { cells, channels } = layout
  const [batch = null] = shape
  const map = b.emit('Reshape', [name, b.integers(asTarget([batch, cells, channels]))])
  const cellsLast = b.emit('Transpose', [map, b.integers([0, 2, 1])])
  return b.emit('Reshape', [cellsLast, b.integers(asTarget([batch, channels * cells]))])
}

/** A shape as TensorFlow's Reshape wants it. @throws GraphError where more than one size depends on the batch. */
export function asTarget(shape: readonly Size[]): number[] {
  if (shape.filter(size => size === null).length > 1)
    throw new GraphError(`more than one size of [${shape.map(size => size ?? '?')}] depends on the batch`)
  return shape.map(size => size ?? -1)
}

/** A constant whose axis `axis` meets the features of a value, in the order in which the value has them. */
export function alongFeatures(constant: Constant, axis: number, layout: Layout): Constant {
  if (layout.kind !== 'flat' || constant.tensor.shape[axis] === 1) return constant
  const { cells, channels } = layout
  return {
    kind: 'constant',
    key: `${constant.key}:hwc_${cells}x${channels}`,
    tensor: regroup(constant.tensor, axis, channels, cells),
  }
}
