import { z } from 'zod'
import { elementCount } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import type { Builder } from '../../import/builder.js'
import { materialize } from '../../import/layout.js'
import { dense } from '../../import/ops/dense.js'
import { reshape, transpose } from '../../import/ops/shape.js'
import { type Computed, type Size, shapeOf, type Value } from '../../import/value.js'
import { activated, assertChannelsLast, biasOf, type Layer, only, options, required } from '../call.js'

/** Each sample in another shape; the one size that is open is worked out, as Keras leaves the batch as it is. */
function keepingBatch(b: Builder, value: Value, sizes: readonly Size[]): Computed {
  const [batch = null, ...own] = shapeOf(value)
  const settled = elementCount(sizes.filter(size => size !== null && size !== -1).map(Number))
  const open = own.includes(null) ? -1 : elementCount(own.map(Number)) / settled
  return reshape(b, value, [batch, ...sizes.map(size => (size === null || size === -1 ? open : size))])
}

/** Layers that do something in training only. */
const same: Layer = call => materialize(call.b, only(call))

export const core: Readonly<Record<string, Layer>> = {
  Dense: call => activated(call, dense(call.b, only(call), required(call, 'kernel'), biasOf(call))),
  Flatten: call => {
    assertChannelsLast(call)
    return keepingBatch(call.b, only(call), [null])
  },
  Reshape: call => {
    const { target_shape } = options(
      call,
      z.looseObject({ target_shape: z.array(z.number().int().nullable()) }),
    )
    return keepingBatch(call.b, only(call), target_shape)
  },
  Permute: call => {
    const { dims } = options(call, z.looseObject({ dims: z.array(z.number().int().positive()) }))
    if (new Set(dims).size !== dims.length || Math.max(...dims) > dims.length)
      throw new GraphError(`[${dims}] is no order of axes`)
    return transpose(call.b, only(call), [0, ...dims])
  },
  Dropout: same,
  SpatialDropout2D: same,
  GaussianNoise: same,
  GaussianDropout: same,
  AlphaDropout: same,
  ActivityRegularization: same,
}
