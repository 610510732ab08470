import { type DType, GraphError, type Tensor } from '../../../graph/types.js'

/** A size along an axis; null where it is known only when the model runs (the batch). */
export type Size = number | null

/**
 * How a value stands in the graph, beside TensorFlow's own view of it: as TensorFlow has it; a 4-D map [n, h, w, c] as
 * [n, c, h, w]; a flattened map [n, h*w*c] as [n, c*h*w]; the rows [n*h*w, c] of a value of more axes as that value.
 */
export type Layout =
  | { readonly kind: 'plain' }
  | { readonly kind: 'channelsFirst' }
  | { readonly kind: 'flat'; readonly cells: number; readonly channels: number }
  | { readonly kind: 'rows'; readonly shape: readonly Size[]; readonly layout: Layout }

export const plainLayout: Layout = { kind: 'plain' }
export const channelsFirstLayout: Layout = { kind: 'channelsFirst' }

/** What a node computes. `shape` is TensorFlow's (NHWC), whatever the layout. */
export interface Computed {
  readonly kind: 'computed'
  readonly name: string
  readonly shape: readonly Size[]
  readonly layout: Layout
  readonly dtype: DType
}

/** A constant as TensorFlow has it. Equal keys stand for equal tensors. */
export interface Constant {
  readonly kind: 'constant'
  readonly key: string
  readonly tensor: Tensor
}

/**
 * The key of a weight of the model. Quoted, it is told apart from the keys of constants that the import makes itself, and
 * from what is derived of a weight of another name, whatever the model calls them.
 */
export function weightKey(name: string): string {
  return `weight ${JSON.stringify(name)}`
}

/** The weight that a key stands for and how the constant is derived from it, step by step; undefined for another key. */
export function weightOfKey(
  key: string,
): { readonly weight: string; readonly steps: readonly string[] } | undefined {
  const [, quoted, derived = ''] = /^weight ("(?:[^"\\]|\\.)*")(.*)$/s.exec(key) ?? []
  return quoted === undefined ? undefined : { weight: JSON.parse(quoted), steps: derived.split(':').slice(1) }
}

/** What a constant of that key should be called in the graph. */
export function nameOfKey(key: string): string {
  const found = weightOfKey(key)
  return found === undefined ? key : [found.weight, ...found.steps].join(':')
}

/** Integers of shape arithmetic, followed at import so that they leave no nodes. */
export interface Sizes {
  readonly kind: 'sizes'
  readonly values: readonly Size[]
  readonly scalar: boolean
}

export type Value = Computed | Constant | Sizes

export function computed(name: string, shape: readonly Size[], layout: Layout = plainLayout): Computed {
  return { kind: 'computed', name, shape, layout, dtype: 'float32' }
}

/** TensorFlow's shape of a value. */
export function shapeOf(value: Value): readonly Size[] {
  switch (value.kind) {
    case 'computed':
      return value.shape
    case 'constant':
      return value.tensor.shape
    case 'sizes':
      return value.scalar ? [] : [value.values.length]
  }
}

/** The integers of a constant or of shape arithmetic; undefined for anything else. */
export function asSizes(value: Value): Sizes | undefined {
  switch (value.kind) {
    case 'sizes':
      return value
    case 'constant': {
      const { dtype, shape, data } = value.tensor
      if ((dtype !== 'int32' && dtype !== 'int64') || shape.length > 1) return undefined
      return {
        kind: 'sizes',
        values: Array.from<number | bigint, number>(data, Number),
        scalar: shape.length === 0,
      }
    }
    case 'computed':
      return undefined
  }
}

/** The constant that a value must be. @throws GraphError naming it as `what`. */
export function constantOf(value: Value, what: string): Constant {
  if (value.kind !== 'constant') throw new GraphError(`${what} is computed; pare needs a constant`)
  return value
}

/** A size that must be known at import. @throws GraphError naming `what`. */
export function known(size: Size | undefined, what: string): number {
  if (size === null || size === undefined) throw new GraphError(`${what} is not known before the model runs`)
  return size
}

/** An axis counted from the front. @throws GraphError where the shape has no such axis. */
export function axisOf(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(front) || front < 0 || front >= rank) {
    throw new GraphError(`axis ${axis} of a value of ${rank} axes`)
  }
  return front
}
