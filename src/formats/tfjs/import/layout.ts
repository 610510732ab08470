import { GraphError } from '../../../graph/types.js'
import { permute, regroup, TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from '../permute.js'
import { ints } from './attribute.js'
import type { Builder } from './builder.js'
import {
  type Computed,
  type Constant,
  channelsFirstLayout,
  computed,
  known,
  type Layout,
  plainLayout,
  type Size,
  type Value,
} from './value.js'

/** Where an axis of TensorFlow's 4-D shape stands in ONNX's. */
export function physicalAxis(layout: Layout, axis: number): number {
  return layout.kind === 'channelsFirst' ? TO_CHANNELS_FIRST.indexOf(axis as 0 | 1 | 2 | 3) : axis
}

/** TensorFlow's shape in the order in which the value stands in the graph. */
export function physicalShape({ shape, layout }: Pick<Computed, 'shape' | 'layout'>): readonly Size[] {
  return layout.kind === 'channelsFirst' ? TO_CHANNELS_FIRST.map(axis => shape[axis]!) : shape
}

/** A value as something that nodes can read: a constant becomes an initializer. @throws GraphError for sizes. */
export function materialize(b: Builder, value: Value): Computed {
  switch (value.kind) {
    case 'computed':
      return value
    case 'constant':
      return {
        ...computed(
          b.initializer(value.key, () => value.tensor),
          value.tensor.shape,
        ),
        dtype: value.tensor.dtype,
      }
    case 'sizes':
      throw new GraphError('a computation on the shape of a value stays in the model, which is not supported')
  }
}

/** A 4-D value as [n, c, h, w]. @throws GraphError for another rank. */
export function channelsFirst(b: Builder, value: Value): Computed {
  if (value.kind === 'constant' && value.tensor.shape.length === 4) {
    const name = b.initializer(`${value.key}:nchw`, () => permute(value.tensor, TO_CHANNELS_FIRST))
    return computed(name, value.tensor.shape, channelsFirstLayout)
  }
  const from = materialize(b, value)
  if (from.layout.kind === 'channelsFirst') return from
  if (from.shape.length !== 4)
    throw new GraphError(`expected a 4-D map, found a value of shape [${from.shape}]`)
  const [, height, width, channels] = from.shape
  const moves = !(height === 1 && width === 1)
  const name = b.once(`nchw ${from.name}`, () =>
    moves || channels === null
      ? b.emit('Transpose', [from.name], { perm: ints(TO_CHANNELS_FIRST) })
      : b.emit('Reshape', [from.name, b.integers([0, channels!, 1, 1])]),
  )
  return { ...from, name, layout: channelsFirstLayout }
}

/** A value as TensorFlow lays it out. */
export function plain(b: Builder, value: Value): Computed {
  const from = materialize(b, value)
  const { layout } = from
  switch (layout.kind) {
    case 'plain':
      return from
    case 'channelsFirst':
      return {
        ...from,
        layout: plainLayout,
        name: b.once(`nhwc ${from.name}`, () =>
          b.emit('Transpose', [from.name], { perm: ints(TO_CHANNELS_LAST) }),
        ),
      }
    case 'flat':
      return {
        ...from,
        layout: plainLayout,
        name: b.once(`nhwc ${from.name}`, () => unflat(b, from, layout)),
      }
    case 'rows': {
      b.mergesBatch = true
      const whole = plain(b, wholeOf(from, layout))
      const target = b.integers([-1, known(from.shape[1], 'the number of features')])
      return {
        ...from,
        layout: plainLayout,
        name: b.once(`rows ${from.name}`, () => b.emit('Reshape', [whole.name, target])),
      }
    }
  }
}

/** The value of more axes whose rows a value is. */
export function wholeOf(rows: Computed, { shape, layout }: Layout & { kind: 'rows' }): Computed {
  return { ...rows, shape, layout }
}

/** The rows of a value: its last axis stays, all others become one. */
export function rowsOf(whole: Computed): Computed {
  const { shape, layout } = whole
  return { ...whole, shape: [null, shape.at(-1) ?? null], layout: { kind: 'rows', shape, layout } }
}

/** A value of which the graph knows each axis, if not their order: anything but rows. */
export function notRows(b: Builder, value: Value): Computed {
  const from = materialize(b, value)
  return from.layout.kind === 'rows' ? plain(b, from) : from
}

/** A value whose axes stand in the graph as TensorFlow has them, or channels first. */
export function axesApart(b: Builder, value: Value): Computed {
  const from = materialize(b, value)
  return from.layout.kind === 'flat' || from.layout.kind === 'rows' ? plain(b, from) : from
}

function unflat(b: Builder, { name }: Computed, layout: Layout & { kind: 'flat' }): string {
  const { cells, channels } = layout
  const map = b.emit('Reshape', [name, b.integers([0, channels, cells])])
  const turned = b.emit('Transpose', [map], { perm: ints([0, 2, 1]) })
  return b.emit('Reshape', [turned, b.integers([0, cells * channels])])
}

/** A constant whose axis `axis` meets the features of a value, in the order in which the value has them. */
export function alongFeatures(constant: Constant, axis: number, layout: Layout): Constant {
  if (layout.kind !== 'flat') return constant
  const { cells, channels } = layout
  if (constant.tensor.shape[axis] === 1) return constant
  return {
    kind: 'constant',
    key: `${constant.key}:chw_${cells}x${channels}`,
    tensor: regroup(constant.tensor, axis, cells, channels),
  }
}
