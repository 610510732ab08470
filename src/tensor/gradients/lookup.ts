import { cast, gather, mul, notEqual, reshape, scatterND, type Tensor } from '../tf.js'
import { type Constants, differentiable } from './custom.js'

/**
 * The entries that indices name. An entry's gradient is the sum of its elements' (Han et al. 2016, section 3.2); one that
 * is exactly 0 stands for pruned weights, stays so, and has none.
 * @param codebook one axis
 * @param indices int32 of any shape
 */
export function lookup(codebook: Tensor, indices: Tensor, constants: Constants = []): Tensor {
  return differentiable(
    [codebook],
    () => ({
      value: gather(codebook, indices),
      saved: [codebook, indices],
      gradients: (dy, [entries, places]) => [
        () => {
          const each = reshape(dy, [dy.size])
          const sums = scatterND(reshape(places!, [dy.size, 1]), each, entries!.shape)
          return mul(sums, cast(notEqual(entries!, 0), 'float32'))
        },
      ],
    }),
    constants,
  )
}
