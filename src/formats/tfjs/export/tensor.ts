import { floatTensor } from '../../../graph/tensor.js'
import { GraphError, type Tensor } from '../../../graph/types.js'

/** TF.js' only type of integers. */
export function int32Tensor(shape: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'int32', shape, data: Int32Array.from(values) }
}

export function floatScalar(value: number): Tensor {
  return floatTensor([], [value])
}

const LARGEST = 2 ** 28

/** @throws GraphError for a constant to be made whose elements, by the numbers of a damaged model, no memory holds. */
export function assertHoldable(elements: number): void {
  if (!(elements <= LARGEST)) throw new GraphError(`it would need a constant of ${elements} elements`)
}

const [LOWEST, HIGHEST] = [-(2 ** 31), 2 ** 31 - 1]

/**
 * A tensor with an element type that TF.js has. What runs to the end of an axis is written as the largest int64; it
 * becomes the largest int32.
 * @throws GraphError for an element type without counterpart.
 */
export function asTfjsTensor(tensor: Tensor): Tensor {
  switch (tensor.dtype) {
    case 'float32':
    case 'int32':
    case 'bool':
      return tensor
    case 'int64':
      return int32Tensor(
        tensor.shape,
        Array.from<number | bigint, number>(tensor.data, value =>
          Math.max(LOWEST, Math.min(HIGHEST, Number(value))),
        ),
      )
    default:
      throw new GraphError(`TF.js has no weights of type ${tensor.dtype}`)
  }
}
