import { GraphError } from '../../../../graph/types.js'
import { TO_CHANNELS_FIRST } from '../../permute.js'
import { int, ints } from '../attribute.js'
import type { Builder } from '../builder.js'
import { axesApart, channelsFirst, materialize, physicalAxis, plain, rowsOf, wholeOf } from '../layout.js'
import {
  type Computed,
  channelsFirstLayout,
  computed,
  plainLayout,
  type Size,
  shapeOf,
  type Value,
} from '../value.js'

function product(sizes: readonly Size[]): Size {
  return sizes.reduce<Size>((all, size) => (all === null || size === null ? null : all * size), 1)
}

/** The target with its one -1 worked out where the sizes allow it. @throws GraphError where the sizes do not fit. */
function resolve(b: Builder, from: readonly Size[], target: readonly Size[]): Size[] {
  const open = target.filter(size => size === -1 || size === null).length
  // What is not known on both sides is the batch.
  const unknown = from.filter(size => size === null).length
  const counted = product(from.filter(size => size !== null))!
  const settled = product(target.filter(size => size !== -1 && size !== null))!
  if (open === 0 && unknown === 0 && counted !== settled)
    throw new GraphError(`cannot reshape [${from}] to [${target}]`)
  if (unknown === 0 && open === 1)
    return target.map(size => (size === -1 || size === null ? counted / settled : size))
  const batchKept = from[0] === null && (target[0] === null || target[0] === -1)
  if (unknown === 1 && batchKept) {
    const rest = target.slice(1)
    const inner = rest.map(size => (size === -1 ? counted / settled : size))
    if (!inner.includes(null)) {
      const whole = product(inner)!
      if (whole === counted && b.mergesBatch && rest.includes(-1))
        throw new GraphError(
          `the size -1 of [${target}] is not known where the batch is merged with other axes`,
        )
      if (counted % whole !== 0 && whole % counted !== 0)
        throw new GraphError(`cannot reshape [${from}] to [${target}]`)
      // Other axes are put into the batch, as a product of stacks of matrices has it, or taken out of it again.
      b.mergesBatch ||= whole !== counted
      return [null, ...inner]
    }
  }
  return target.map(size => (size === -1 ? null : size))
}

/** Whether the first axis stays what it is. */
function keepsBatch(from: readonly Size[], to: readonly Size[]): boolean {
  return from[0] === to[0] && product(from.slice(1)) === product(to.slice(1))
}

/** The shape as ONNX's Reshape wants it: 0 keeps the batch, -1 stands for one other size. */
function asTarget(shape: readonly Size[], from: readonly Size[]): number[] {
  const target = shape.map((size, axis) => size ?? (axis === 0 && keepsBatch(from, shape) ? 0 : -1))
  if (target.filter(size => size === -1).length > 1)
    throw new GraphError(
      `cannot reshape to [${shape.map(size => size ?? '?')}]: more than one size is not known`,
    )
  return target
}

/** Another shape over the same elements; a map that is flattened keeps its channels first. */
export function reshape(b: Builder, value: Value, wanted: readonly Size[]): Computed {
  const given = materialize(b, value)
  const x = given.layout.kind === 'rows' ? wholeOf(given, given.layout) : given
  if (isRows(x.shape, wanted)) return rowsOf(x)
  const shape = resolve(b, x.shape, wanted)
  return flattened(b, x, shape) ?? reshapedMap(b, x, shape) ?? reshapedPlain(b, x, shape)
}

/** [n, …, c] to [n*…, c] where the batch is not known: TensorFlow's Tensordot, which multiplies and then goes back. */
function isRows(from: readonly Size[], wanted: readonly Size[]): boolean {
  const inner = from.slice(1, -1)
  const open = wanted[0] === null || wanted[0] === -1
  const several = from[0] === null && product(inner) !== null && product(inner) !== 1
  return several && open && wanted.length === 2 && wanted[1] === from.at(-1)
}

function reshapedPlain(b: Builder, value: Computed, shape: readonly Size[]): Computed {
  const x = plain(b, value)
  if (x.shape.length === shape.length && x.shape.every((size, axis) => size === shape[axis])) return x
  const target = b.integers(asTarget(shape, x.shape))
  return { ...x, shape, name: b.emit('Reshape', [x.name, target]) }
}

/** [n, h, w, c] to [n, h*w*c] without moving an element. */
function flattened(b: Builder, x: Computed, shape: readonly Size[]): Computed | undefined {
  const [, height = null, width = null, channels = null] = x.shape
  if (x.layout.kind !== 'channelsFirst' || shape.length !== 2 || !keepsBatch(x.shape, shape)) return undefined
  if (height === null || width === null || channels === null) return undefined
  const cells = height * width
  const layout = cells === 1 || channels === 1 ? plainLayout : ({ kind: 'flat', cells, channels } as const)
  return computed(b.emit('Flatten', [x.name], { axis: int(1) }), shape, layout)
}

/** Shapes whose channels stay what they are: of a map, of a flattened one, and of a vector as a map of one cell. */
function reshapedMap(b: Builder, x: Computed, shape: readonly Size[]): Computed | undefined {
  const [batch = null, height = null, width = null, channels = null] = shape
  if (
    shape.length !== 4 ||
    !keepsBatch(x.shape, shape) ||
    height === null ||
    width === null ||
    channels === null
  )
    return undefined
  const { layout } = x
  const keeps =
    (layout.kind === 'channelsFirst' && x.shape[3] === channels) ||
    (layout.kind === 'flat' && layout.channels === channels) ||
    (layout.kind === 'plain' && x.shape.length === 2 && height * width === 1)
  if (!keeps) return undefined
  if (layout.kind === 'channelsFirst' && x.shape[1] === height && x.shape[2] === width) return x
  const target = b.integers([batch ?? 0, channels, height, width])
  return computed(b.emit('Reshape', [x.name, target]), shape, channelsFirstLayout)
}

/** Another order of the axes. */
export function transpose(b: Builder, value: Value, order: readonly number[]): Computed {
  const x = axesApart(b, value)
  const shape = order.map(axis => x.shape[axis]!)
  const perm = order.map(axis => physicalAxis(x.layout, axis))
  if (perm.every((axis, i) => axis === i)) return computed(x.name, shape, plainLayout)
  return computed(b.emit('Transpose', [x.name], { perm: ints(perm) }), shape, plainLayout)
}

/** Values side by side along an axis of TensorFlow's shape. */
export function concat(b: Builder, values: readonly Value[], axis: number): Computed {
  const maps = values.some(value => value.kind === 'computed' && value.layout.kind === 'channelsFirst')
  const parts = values.map(value => (maps ? channelsFirst(b, value) : plain(b, value)))
  const [first] = parts
  if (first === undefined) throw new GraphError('a concatenation of nothing')
  if (parts.some(part => part.shape.length !== first.shape.length))
    throw new GraphError('a concatenation of different ranks')
  const shape = first.shape.map((size, a) =>
    a === axis
      ? parts.reduce<Size>(
          (sum, part) => (sum === null || part.shape[a] == null ? null : sum + part.shape[a]),
          0,
        )
      : size,
  )
  const name = b.emit(
    'Concat',
    parts.map(part => part.name),
    { axis: int(physicalAxis(first.layout, axis)) },
  )
  return computed(name, shape, first.layout)
}

/** Equal or given parts of a value along an axis of TensorFlow's shape. */
export function split(b: Builder, value: Value, axis: number, sizes: readonly number[]): Computed[] {
  const x = axesApart(b, value)
  const names = b.emitMany(
    'Split',
    [x.name, b.integers(sizes)],
    { axis: int(physicalAxis(x.layout, axis)) },
    sizes.length,
  )
  return names.map((name, i) =>
    computed(
      name,
      x.shape.map((size, a) => (a === axis ? sizes[i]! : size)),
      x.layout,
    ),
  )
}

/** One slice along an axis; `end` null runs to the end. */
export interface Range {
  readonly axis: number
  readonly start: number
  readonly end: number | null
  readonly step: number
}

const TO_THE_END = 2 ** 31 - 1

/** Slices of a value along axes of TensorFlow's shape. */
export function slice(b: Builder, value: Value, ranges: readonly Range[]): Computed {
  const x = axesApart(b, value)
  if (ranges.length === 0) return x
  const name = b.emit('Slice', [
    x.name,
    b.integers(ranges.map(range => range.start)),
    b.integers(ranges.map(range => range.end ?? (range.step < 0 ? -TO_THE_END : TO_THE_END))),
    b.integers(ranges.map(range => physicalAxis(x.layout, range.axis))),
    b.integers(ranges.map(range => range.step)),
  ])
  const shape = x.shape.map((size, axis) => {
    const range = ranges.find(r => r.axis === axis)
    return range === undefined ? size : rangeLength(range, size)
  })
  return computed(name, shape, x.layout)
}

/** How many elements a range takes of an axis. */
export function rangeLength({ start, end, step }: Range, size: Size): Size {
  if (size === null) return null
  const clamp = (at: number) =>
    Math.min(Math.max(at < 0 ? at + size : at, step < 0 ? -1 : 0), step < 0 ? size - 1 : size)
  const last = end === null ? (step < 0 ? -1 : size) : clamp(end)
  return Math.max(0, Math.ceil((last - clamp(start)) / step))
}

/** The cells of an axis of TensorFlow's shape that indices name; the axes of the indices take its place. */
export function gather(b: Builder, value: Value, indices: Value, axis: number): Computed {
  const at = plain(b, indices)
  const x = at.shape.length === 1 ? axesApart(b, value) : plain(b, value)
  const name = b.emit('Gather', [x.name, at.name], { axis: int(physicalAxis(x.layout, axis)) })
  const shape = [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)]
  return { ...x, name, shape }
}

/** A value side by side with itself, so many times along each of TensorFlow's axes. */
export function tile(b: Builder, value: Value, times: readonly number[]): Computed {
  const x = axesApart(b, value)
  const order = x.layout.kind === 'channelsFirst' ? TO_CHANNELS_FIRST : times.map((_, axis) => axis)
  const name = b.emit('Tile', [x.name, b.integers(order.map(axis => times[axis]!))])
  return { ...x, name, shape: x.shape.map((size, axis) => (size === null ? null : size * times[axis]!)) }
}

/** Padding of TensorFlow's axes, (before, after) each, with a constant or by reflection. */
export function pad(
  b: Builder,
  value: Value,
  pads: readonly (readonly [number, number])[],
  mode: 'constant' | 'reflect',
  fill: string,
): Computed {
  const x = axesApart(b, value)
  const order = x.layout.kind === 'channelsFirst' ? TO_CHANNELS_FIRST : pads.map((_, axis) => axis)
  const flat = [...order.map(axis => pads[axis]![0]), ...order.map(axis => pads[axis]![1])]
  const inputs = [x.name, b.integers(flat), ...(fill === '' ? [] : [fill])]
  const shape = shapeOf(x).map((size, axis) =>
    size === null ? null : size + pads[axis]![0] + pads[axis]![1],
  )
  return computed(b.emit('Pad', inputs, { mode: { kind: 'string', value: mode } }), shape, x.layout)
}
