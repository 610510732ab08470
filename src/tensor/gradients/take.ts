import { elementCount } from '../../graph/tensor.js'
import { gather, reshape, scatterND, slice, type Tensor, tensor1d, transpose } from '../tf.js'
import { differentiable } from './custom.js'

/**
 * Cells of an axis by index, as often as they are asked for; the gradient adds up what each was taken for. TF.js's own
 * gradient of gather needs a kernel that the WASM backend lacks.
 */
export function take(x: Tensor, indices: readonly number[] | Int32Array, axis = 0): Tensor {
  const [before, behind] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const size = x.shape[axis] ?? 1
  const [outer, inner, count] = [elementCount(before), elementCount(behind), indices.length]
  const cells = reshape(x, [outer, size, inner])
  return reshape(takeCells(cells, indices), [...before, count, ...behind])
}

/** Of [outer, cells, inner], along the middle axis. */
function takeCells(cells: Tensor, indices: readonly number[] | Int32Array): Tensor {
  const [outer = 1, size = 1, inner = 1] = cells.shape
  const count = indices.length
  const [first = 0] = indices
  if (indices.every((index, i) => index === first + i))
    return slice(cells, [0, first, 0], [outer, count, inner])
  const list = () => tensor1d(Int32Array.from(indices), 'int32')
  if (cells.dtype !== 'float32') return gather(cells, list(), 1)
  return differentiable([cells], () => ({
    value: gather(cells, list(), 1),
    saved: [],
    gradients: dy => [
      () => {
        const rows = reshape(transpose(dy, [1, 0, 2]), [count, outer * inner])
        const sums = scatterND(reshape(list(), [count, 1]), rows, [size, outer * inner])
        return transpose(reshape(sums, [size, outer, inner]), [1, 0, 2])
      },
    ],
  }))
}
