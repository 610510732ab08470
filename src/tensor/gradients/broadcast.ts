import { elementCount } from '../../graph/tensor.js'
import { avgPool, mul, ones, reshape, sum, type Tensor, type Tensor4D } from '../tf.js'
import { channelSum } from './channel-sum.js'

/** The gradient of what was broadcast from `shape`: summed up over all that each element went to. */
export function sumTo(dy: Tensor, shape: readonly number[]): Tensor {
  if (dy.shape.join() === shape.join()) return dy
  const to = [...shape]
  if (elementCount(to) === 1) return reshape(sum(dy), to)
  const wide = [...Array<number>(dy.rank - to.length).fill(1), ...to]
  if (wide.at(-1) === dy.shape.at(-1)) {
    if (wide.slice(0, -1).every(size => size === 1)) return reshape(channelSum(dy), to)
    const [samples, height, width] = wide
    if (wide.length === 4 && samples === dy.shape[0] && height === 1 && width === 1)
      return reshape(cellSum(dy as Tensor4D), to)
  }
  const axes = wide.flatMap((size, axis) => (size === dy.shape[axis] ? [] : [axis]))
  return reshape(sum(dy, axes), to)
}

/** Sums over the places of each map: by pooling, because the WASM backend's reduction transposes its whole input. */
function cellSum(dy: Tensor4D): Tensor {
  const [, height, width] = dy.shape
  return mul(avgPool(dy, [height, width], 1, 'valid'), height * width)
}

/** A tensor repeated to a shape that it broadcasts to. TF.js's own has no gradient beyond four axes. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  if (x.shape.join() === shape.join()) return x
  return mul(x.dtype === 'bool' ? x.toInt() : x, ones([...shape], x.dtype === 'int32' ? 'int32' : 'float32'))
}

/** The shape that all broadcast to. */
export function commonShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map(shape => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map(shape => shape[axis - rank + shape.length] ?? 1)
    return sizes.find(size => size !== 1) ?? 1
  })
}
