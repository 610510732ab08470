import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { int } from '../../import/attribute.js'
import { materialize } from '../../import/layout.js'
import { conv2d, depthwiseConv2d, type Filter, resize } from '../../import/ops/convolution.js'
import { globalPool, pool } from '../../import/ops/pooling.js'
import { gather, pad, reshape, slice } from '../../import/ops/shape.js'
import { type Computed, type Constant, known, shapeOf, type Value } from '../../import/value.js'
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

/** The kernel of a sequence as one of a map of height 1. */
function asRow({ key, tensor }: Constant): Constant {
  if (tensor.shape.length !== 3) throw new GraphError(`a kernel of shape [${tensor.shape}]`)
  return { kind: 'constant', key: `${key}:row`, tensor: reshaped(tensor, [1, ...tensor.shape]) }
}

/** What a layer reads as a map, and the window that goes over it; what a causal one reads lies before the cell. */
function slid(call: Call, kernel: number): { readonly map: Computed; readonly window: Window } {
  const { causal, ...window } = windowOf(call, kernel, 1)
  const before = causal ? window.dilations[1] * (kernel - 1) : 0
  const sides = [
    [0, 0],
    [before, 0],
    [0, 0],
  ] as const
  const x = before === 0 ? only(call) : pad(call.b, only(call), sides, 'constant', '')
  return { map: asMap(call, x), window }
}

const convolution: Layer = call => {
  const weight = asRow(required(call, 'kernel'))
  const { map, window } = slid(call, weight.tensor.shape[1] ?? 0)
  return activated(call, asSequence(call, conv2d(call.b, map, { weight, bias: biasOf(call) }, window)))
}

const separable: Layer = call => {
  const weight = asRow(required(call, 'depthwise_kernel'))
  const { map, window } = slid(call, weight.tensor.shape[1] ?? 0)
  const each = depthwiseConv2d(call.b, map, { weight, bias: undefined }, window)
  const mix: Filter = { weight: asRow(required(call, 'pointwise_kernel')), bias: biasOf(call) }
  const cell = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], padding: 'valid' } as const
  return activated(call, asSequence(call, conv2d(call.b, each, mix, cell)))
}

const sides = z.union([
  z.number().transform((both): readonly [number, number] => [both, both]),
  z.tuple([z.number(), z.number()]),
])

const padding: Layer = call => {
  assertChannelsLast(call)
  const config = options(call, z.looseObject({ padding: sides.default([1, 1]) }))
  return pad(call.b, only(call), [[0, 0], config.padding, [0, 0]], 'constant', '')
}

const cropping: Layer = call => {
  const config = options(call, z.looseObject({ cropping: sides.default([1, 1]) }))
  const [before, after] = config.cropping
  return slice(call.b, only(call), [{ axis: 1, start: before, end: after === 0 ? null : -after, step: 1 }])
}

/** Each step repeated. */
const upSampling: Layer = call => {
  const { size } = options(call, z.looseObject({ size: single.default(2) }))
  const map = asMap(call, only(call))
  const width = known(map.shape[2], 'the length of a sequence to repeat')
  const how = { size: [1, width * size], mode: 'nearest', corners: 'asymmetric' } as const
  return asSequence(call, resize(call.b, map, how))
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
  const words = materialize(call.b, only(call))
  const name = call.b.emit('Cast', [words.name], { to: int(6) })
  return gather(call.b, required(call, 'embeddings'), { ...words, name, dtype: 'int32' }, 0)
}

export const sequences: Readonly<Record<string, Layer>> = {
  Conv1D: convolution,
  SeparableConv1D: separable,
  ZeroPadding1D: padding,
  Cropping1D: cropping,
  UpSampling1D: upSampling,
  MaxPooling1D: pooling('max'),
  AveragePooling1D: pooling('average'),
  GlobalMaxPooling1D: globalPooling('max'),
  GlobalAveragePooling1D: globalPooling('average'),
  Embedding: embedding,
}
