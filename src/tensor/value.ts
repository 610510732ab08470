import { elementCount } from '../graph/tensor.js'
import { reshape, type Tensor, transpose } from './tf.js'

/**
 * A value of the executor. What map operators make (convolutions, pools) stands channels last, [n, ..., c] where ONNX has
 * [n, c, ...]; what all others make stands as in ONNX, or as the map they read. Whoever reads a value asks for the layout it
 * needs, and only then is anything turned.
 */
export interface Value {
  readonly tensor: Tensor
  readonly layout: 'onnx' | 'channelsLast'
}

export function asInOnnx(tensor: Tensor): Value {
  return { tensor, layout: 'onnx' }
}

export function channelsLast(tensor: Tensor): Value {
  return { tensor, layout: 'channelsLast' }
}

/** ONNX's axes in the order in which a map of that rank stands: 0, 2, 3, ..., 1. */
export function mapOrder(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => (axis === 0 ? 0 : axis === rank - 1 ? 1 : axis + 1))
}

/** The place of an axis of ONNX's in a value of that rank and layout. */
export function placeOf(layout: Value['layout'], axis: number, rank: number): number {
  return layout === 'onnx' ? axis : mapOrder(rank).indexOf(axis)
}

/** The tensor as ONNX has it. */
export function toOnnx({ tensor, layout }: Value): Tensor {
  const { rank, shape } = tensor
  if (layout === 'onnx') return tensor
  return turned(
    tensor,
    Array.from({ length: rank }, (_, axis) => placeOf('channelsLast', axis, rank)),
    shape.at(-1)!,
    elementCount(shape.slice(1, -1)),
  )
}

/** The tensor channels last. */
export function toMap({ tensor, layout }: Value): Tensor {
  const { rank, shape } = tensor
  if (layout === 'channelsLast' || rank < 3) return tensor
  return turned(tensor, mapOrder(rank), shape[1]!, elementCount(shape.slice(2)))
}

/** Where no element moves, another shape is enough. */
function turned(x: Tensor, order: readonly number[], channels: number, cells: number): Tensor {
  if (channels > 1 && cells > 1) return transpose(x, [...order])
  return reshape(
    x,
    order.map(axis => x.shape[axis]!),
  )
}
