import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { int } from '../../import/attribute.js'
import { binary, scalar } from '../../import/ops/elementwise.js'
import { reduce } from '../../import/ops/reduction.js'
import { reshape, tile } from '../../import/ops/shape.js'
import { type Computed, shapeOf } from '../../import/value.js'
import { type Layer, only, options } from '../call.js'

const FLOAT32 = 1

/** Steps all of whose features are one number as zeros. Layers that skip them are refused where they read them. */
const masking: Layer = call => {
  const { mask_value } = options(call, z.looseObject({ mask_value: z.number().default(0) }))
  const { b } = call
  const x = only(call)
  const equal = binary(b, 'Equal', x, scalar(mask_value))
  const flags: Computed = {
    ...equal,
    dtype: 'float32',
    name: b.emit('Cast', [equal.name], { to: int(FLOAT32) }),
  }
  const masked = reduce(b, 'ReduceMin', flags, [shapeOf(x).length - 1], true)
  return binary(b, 'Mul', x, binary(b, 'Sub', scalar(1), masked))
}

/** A vector [n, c] as a sequence of itself, [n, times, c]. */
const repeat: Layer = call => {
  const { n } = options(call, z.looseObject({ n: z.number().int().positive() }))
  const x = only(call)
  const [batch = null, features = null] = shapeOf(x)
  if (shapeOf(x).length !== 2) throw new GraphError(`expected a vector, found shape [${shapeOf(x)}]`)
  return tile(call.b, reshape(call.b, x, [batch, 1, features]), [1, n, 1])
}

const wrapper = z.looseObject({ layer: z.looseObject({ class_name: z.string(), config: z.unknown() }) })

/** A layer called on each step alike: the steps are put into the batch and taken out again. */
const timeDistributed: Layer = call => {
  const { layer } = options(call, wrapper)
  const x = only(call)
  // A dense layer reads the last axis, whatever stands before it.
  if (layer.class_name === 'Dense') return call.inner(layer, x)
  const [, steps = null, ...rest] = shapeOf(x)
  if (steps === null || rest.length === 0 || rest.includes(null))
    throw new GraphError(`steps of shape [${shapeOf(x).map(size => size ?? '?')}] are not supported`)
  const made = call.inner(layer, reshape(call.b, x, [-1, ...rest]))
  return reshape(call.b, made, [-1, steps, ...shapeOf(made).slice(1)])
}

export const times: Readonly<Record<string, Layer>> = {
  Masking: masking,
  RepeatVector: repeat,
  TimeDistributed: timeDistributed,
}
