import { floatTensor } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { permute, reshaped, TO_CHANNELS_FIRST } from '../../permute.js'
import type { Attributes, Builder } from '../builder.js'
import { alongFeatures, channelsFirst, materialize, notRows, plain, rowsOf, wholeOf } from '../layout.js'
import { type Computed, type Constant, computed, type Size, shapeOf, type Value } from '../value.js'

/** A function of each element alone: it keeps the layout. `limits` are further inputs. */
export function unary(
  b: Builder,
  op: string,
  value: Value,
  attributes: Attributes = {},
  limits: readonly string[] = [],
): Computed {
  const x = materialize(b, value)
  return { ...x, name: b.emit(op, [x.name, ...limits], attributes) }
}

/** A scalar constant. */
export function scalar(value: number): Constant {
  return { kind: 'constant', key: `scalar_${value}`, tensor: floatTensor([], [value]) }
}

/** Values between two limits. */
export function clip(b: Builder, value: Value, low: number, high: number): Computed {
  return unary(b, 'Clip', value, {}, [
    materialize(b, scalar(low)).name,
    high === Number.POSITIVE_INFINITY ? '' : materialize(b, scalar(high)).name,
  ])
}

/** A function of two values with broadcasting, in a layout that both can take. */
export function binary(
  b: Builder,
  op: string,
  left: Value,
  right: Value,
  attributes: Attributes = {},
): Computed {
  const shape = broadcast(shapeOf(left), shapeOf(right))
  if (left.kind === 'computed' && left.layout.kind === 'rows' && isOneRow(right))
    return rowsOf(binary(b, op, wholeOf(left, left.layout), right, attributes))
  const [x, y] = align(b, left, right, shape.length)
  const name = b.emit(op, [x.name, y.name], attributes)
  return { ...computed(name, shape, layoutOf(x, y)), dtype: x.dtype }
}

/** A constant that meets the features of every row alike. */
function isOneRow(value: Value): value is Constant {
  return value.kind === 'constant' && value.tensor.shape.length <= 1
}

/** One of two values by a condition, with broadcasting. */
export function select(b: Builder, condition: Value, yes: Value, no: Value): Computed {
  const parts = [condition, yes, no].map(value => plain(b, value))
  const shape = parts.map(part => part.shape).reduce(broadcast)
  const name = b.emit(
    'Where',
    parts.map(part => part.name),
  )
  return { ...computed(name, shape), dtype: parts[1]!.dtype }
}

function layoutOf(x: Computed, y: Computed) {
  return x.layout.kind === 'plain' ? y.layout : x.layout
}

/** Both operands in one layout: channels first where a map is, flat where the other is the same or a constant. */
function align(b: Builder, left: Value, right: Value, rank: number): [Computed, Computed] {
  const layouts = [left, right].map(value => (value.kind === 'computed' ? value.layout : null))
  if (layouts.some(layout => layout?.kind === 'channelsFirst')) {
    const [x, y] = [broadcastMap(b, left, rank), broadcastMap(b, right, rank)]
    if (x !== undefined && y !== undefined) return [x, y]
  }
  const flat = layouts.find(layout => layout?.kind === 'flat')
  if (flat?.kind === 'flat') {
    const fits = (value: Value) =>
      value.kind === 'constant' ||
      (value.kind === 'computed' &&
        value.layout.kind === 'flat' &&
        value.layout.cells === flat.cells &&
        value.layout.channels === flat.channels)
    const turned = (value: Value) =>
      value.kind === 'constant' && value.tensor.shape.length > 0
        ? alongFeatures(value, value.tensor.shape.length - 1, flat)
        : value
    if (fits(left) && fits(right)) return [materialize(b, turned(left)), materialize(b, turned(right))]
  }
  return [plain(b, left), plain(b, right)]
}

/** An operand of a 4-D map, channels first; undefined for one whose axes would not line up. */
function broadcastMap(b: Builder, value: Value, rank: number): Computed | undefined {
  const shape = shapeOf(value)
  if (rank !== 4) return undefined
  if (shape.length === 0) return materialize(b, value)
  if (value.kind === 'constant') return materialize(b, mapConstant(value))
  return shape.length === 4 ? channelsFirst(b, value) : undefined
}

/** A constant that broadcasts to [n, h, w, c] as one that broadcasts to [n, c, h, w]: [c] becomes [c, 1, 1]. */
function mapConstant(constant: Constant): Constant {
  const { shape } = constant.tensor
  const ones = Array.from({ length: 4 - shape.length }, () => 1)
  const turned = permute(reshaped(constant.tensor, [...ones, ...shape]), TO_CHANNELS_FIRST)
  const tensor = turned.shape[0] === 1 ? reshaped(turned, turned.shape.slice(1)) : turned
  return { kind: 'constant', key: `${constant.key}:chw`, tensor }
}

/** The shape of two values broadcast against each other. @throws GraphError where they do not fit. */
export function broadcast(a: readonly Size[], c: readonly Size[]): Size[] {
  const rank = Math.max(a.length, c.length)
  return Array.from({ length: rank }, (_, axis) => {
    const x = axis < rank - a.length ? 1 : a[axis - rank + a.length]!
    const y = axis < rank - c.length ? 1 : c[axis - rank + c.length]!
    if (x !== null && y !== null && x !== y && x !== 1 && y !== 1) {
      throw new GraphError(`cannot broadcast [${a}] with [${c}]`)
    }
    return x === 1 || (x === null && y !== 1) ? y : x
  })
}

/** A slope for negative values, one an element or broadcast; the result has the shape of the value. */
export function prelu(b: Builder, value: Value, slope: Constant): Computed {
  const x = notRows(b, value)
  const turned =
    x.layout.kind === 'channelsFirst'
      ? mapConstant(slope)
      : alongFeatures(slope, Math.max(0, slope.tensor.shape.length - 1), x.layout)
  return unary(b, 'PRelu', x, {}, [b.initializer(turned.key, () => turned.tensor)])
}
