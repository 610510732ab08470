import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { int } from '../../import/attribute.js'
import { materialize } from '../../import/layout.js'
import { conv2d } from '../../import/ops/convolution.js'
import { globalPool, pool } from '../../import/ops/pooling.js'
import { gather, pad, reshape } from '../../import/ops/shape.js'
import { type Computed, type Constant, shapeOf, type Value } from '../../import/value.js'
import type { Window } from '../../import/window.js'
import { reshaped } from '../../permute.js'
import {
  activated,
  assertChannelsLast,
  biasOf,
  type Call,
  type Layer,
  only,
  options,
  required,
} from '../call.js'

/** One number, or a list of one. */
const single = z.union([z.number(), z.tuple([z.number()]).transform(([value]) => value)])

const windowSchema = z.looseObject({
  strides: single.nullish(),
  dilation_rate: single.nullish(),
  padding: z.enum(['same', 'valid', 'causal']).nullish(),
})

/** A sequence [n, length, c] as a map of height 1. */
function asMap({ b }: Call, value: Value): Computed {
  const [batch = null, length = null, channels = null] = shapeOf(value)
  if (shapeOf(value).length !== 3)
    throw new GraphError(`expected a sequence, found shape [${shapeOf(value)}]`)
  return reshape(b, value, [batch, 1, length, channels])
}

function asSequence({ b }: Call, map: Computed): Computed {
  const [batch = null, , length = null, channels = null] = map.shape
  return reshape(b, map, [batch, length, channels])
}

function windowOf(call: Call, kernel: number, strides: number): Window & { readonly causal: boolean } {
  assertChannelsLast(call)
  const config = options(call, windowSchema)
  return {
    kernel: [1, kernel],
    strides: [1, config.strides ?? strides],
    dilations: [1, config.dilation_rate ?? 1],
    padding: config.padding === 'same' ? 'same' : 'valid',
    causal: config.padding === 'causal',
  }
}

const convolution: Layer = call => {
  const { key, tensor } = required(call, 'kernel')
  const weight: Constant = {
    kind: 'constant',
    key: `${key}:row`,
    tensor: reshaped(tensor, [1, ...tensor.shape]),
  }
  const [kernel = 0] = tensor.shape
  if (tensor.shape.length !== 3) throw new GraphError(`a kernel of shape [${tensor.shape}]`)
  const { causal, ...window } = windowOf(call, kernel, 1)
  // What a causal convolution reads lies before the cell.
  const before = causal ? window.dilations[1] * (kernel - 1) : 0
  const sides = [
    [0, 0],
    [before, 0],
    [0, 0],
  ] as const
  const x = before === 0 ? only(call) : pad(call.b, only(call), sides, 'constant', '')
  const map = asMap(call, x)
  return activated(call, asSequence(call, conv2d(call.b, map, { weight, bias: biasOf(call) }, window)))
}

function pooling(kind: 'max' | 'average'): Layer {
  return call => {
    const { pool_size } = options(call, z.looseObject({ pool_size: single.default(2) }))
    const { causal: _, ...window } = windowOf(call, pool_size, pool_size)
    return asSequence(call, pool(call.b, asMap(call, only(call)), kind, window))
  }
}

function globalPooling(kind: 'max' | 'average'): Layer {
  return call => {
    assertChannelsLast(call)
    const { keepdims } = options(call, z.looseObject({ keepdims: z.boolean().nullish() }))
    const pooled = globalPool(call.b, asMap(call, only(call)), kind, keepdims === true)
    return keepdims === true ? asSequence(call, pooled) : pooled
  }
}

/** The row of its table that each whole number names. */
const embedding: Layer = call => {
  const { mask_zero } = options(call, z.looseObject({ mask_zero: z.boolean().nullish() }))
  if (mask_zero === true) throw new GraphError('masks are not supported')
  const words = materialize(call.b, only(call))
  const name = call.b.emit('Cast', [words.name], { to: int(6) })
  return gather(call.b, required(call, 'embeddings'), { ...words, name, dtype: 'int32' }, 0)
}

export const sequences: Readonly<Record<string, Layer>> = {
  Conv1D: convolution,
  MaxPooling1D: pooling('max'),
  AveragePooling1D: pooling('average'),
  GlobalMaxPooling1D: globalPooling('max'),
  GlobalAveragePooling1D: globalPooling('average'),
  Embedding: embedding,
}
