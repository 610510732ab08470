import { z } from 'zod'
import { globalPool, pool } from '../../import/ops/pooling.js'
import { assertChannelsLast, type Layer, only, options, pair, windowOf } from '../call.js'

/** Without strides, windows stand side by side. */
function pooling(kind: 'max' | 'average'): Layer {
  return call => {
    const { pool_size } = options(call, z.looseObject({ pool_size: pair }))
    return pool(call.b, only(call), kind, windowOf(call, pool_size, pool_size))
  }
}

function globalPooling(kind: 'max' | 'average'): Layer {
  return call => {
    assertChannelsLast(call)
    const { keepdims } = options(call, z.looseObject({ keepdims: z.boolean().nullish() }))
    return globalPool(call.b, only(call), kind, keepdims ?? false)
  }
}

export const poolings: Readonly<Record<string, Layer>> = {
  MaxPooling2D: pooling('max'),
  AveragePooling2D: pooling('average'),
  GlobalMaxPooling2D: globalPooling('max'),
  GlobalAveragePooling2D: globalPooling('average'),
}
