import { reshape, type Tensor } from '../tf.js'
import { toMap, toOnnx, type Value } from '../value.js'

/** Operands of an element-wise operator in one layout, and which that is. */
export interface Aligned {
  readonly operands: readonly Tensor[]
  readonly layout: Value['layout']
}

/** ONNX aligns shapes at their ends, [n, c, h, w]; beside a map they stand as it does, channels last. */
export function align(values: readonly Value[]): Aligned {
  const rank = Math.max(...values.map(({ tensor }) => tensor.rank))
  const isMap = (value: Value) => value.layout === 'channelsLast' && value.tensor.rank === rank
  if (!values.some(isMap)) return { operands: values.map(toOnnx), layout: 'onnx' }
  return {
    operands: values.map(value => (isMap(value) ? value.tensor : besideMap(toOnnx(value), rank))),
    layout: 'channelsLast',
  }
}

function besideMap(x: Tensor, rank: number): Tensor {
  if (x.size === 1 && x.rank < rank) return reshape(x, [])
  const wide = reshape(x, [...Array<number>(rank - x.rank).fill(1), ...x.shape])
  return toMap({ tensor: wide, layout: 'onnx' })
}
