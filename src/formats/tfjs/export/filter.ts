import { allocate, elementCount } from '../../../graph/tensor.js'
import type { Tensor } from '../../../graph/types.js'
import { assertHoldable } from './tensor.js'

/** A filter [kh, kw, …] with zeros between its rows and columns, which reaches as far as the dilated one. */
export function dilated(filter: Tensor, [byRows, byColumns]: readonly [number, number]): Tensor {
  const [rows = 0, columns = 0, ...channels] = filter.shape
  const [height, width] = [byRows * (rows - 1) + 1, byColumns * (columns - 1) + 1]
  const cell = elementCount(channels)
  assertHoldable(height * width * cell)
  const data = allocate(filter.dtype, height * width * cell)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * cell
      const to = (row * byRows * width + column * byColumns) * cell
      for (let i = 0; i < cell; i++) data[to + i] = filter.data[from + i]!
    }
  }
  return { ...filter, shape: [height, width, ...channels], data }
}
