import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { materialize } from '../../import/layout.js'
import { dense } from '../../import/ops/dense.js'
import { reshape, transpose } from '../../import/ops/shape.js'
import { shapeOf } from '../../import/value.js'
import { activated, assertChannelsLast, biasOf, type Layer, only, options, required } from '../call.js'

/** Layers that do something in training only. */
const same: Layer = call => materialize(call.b, only(call))

export const core: Readonly<Record<string, Layer>> = {
  Dense: call => activated(call, dense(call.b, only(call), required(call, 'kernel'), biasOf(call))),
  Flatten: call => {
    assertChannelsLast(call)
    return reshape(call.b, only(call), [shapeOf(only(call))[0] ?? null, -1])
  },
  Reshape: call => {
    const { target_shape } = options(
      call,
      z.looseObject({ target_shape: z.array(z.number().int().nullable()) }),
    )
    return reshape(call.b, only(call), [
      shapeOf(only(call))[0] ?? null,
      ...target_shape.map(size => size ?? -1),
    ])
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
