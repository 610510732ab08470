import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { conv2d, depthwiseConv2d, transposedConv2d } from '../../import/ops/convolution.js'
import { type Constant, known, type Size, shapeOf } from '../../import/value.js'
import type { Window } from '../../import/window.js'
import { activated, biasOf, type Call, type Layer, only, options, pair, required, windowOf } from '../call.js'

function kernelOf({ tensor }: Constant): readonly [number, number] {
  const [rows, columns] = tensor.shape
  if (tensor.shape.length !== 4 || rows === undefined || columns === undefined)
    throw new GraphError(`a kernel of shape [${tensor.shape}], where four axes were expected`)
  return [rows, columns]
}

const convolution: Layer = call => {
  const weight = required(call, 'kernel')
  const filter = { weight, bias: biasOf(call) }
  return activated(call, conv2d(call.b, only(call), filter, windowOf(call, kernelOf(weight))))
}

const depthwise: Layer = call => {
  const weight = required(call, 'depthwise_kernel', 'kernel')
  const filter = { weight, bias: biasOf(call) }
  return activated(call, depthwiseConv2d(call.b, only(call), filter, windowOf(call, kernelOf(weight))))
}

const separable: Layer = call => {
  const weight = required(call, 'depthwise_kernel')
  const each = depthwiseConv2d(
    call.b,
    only(call),
    { weight, bias: undefined },
    windowOf(call, kernelOf(weight)),
  )
  const mix = { weight: required(call, 'pointwise_kernel'), bias: biasOf(call) }
  const cell = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], padding: 'valid' } as const
  return activated(call, conv2d(call.b, each, mix, cell))
}

const transposed: Layer = call => {
  const weight = required(call, 'kernel')
  const window = windowOf(call, kernelOf(weight))
  const filter = { weight, bias: biasOf(call) }
  return activated(call, transposedConv2d(call.b, only(call), filter, window, outputSizes(call, window)))
}

/** Keras' rule for the size of a transposed convolution's map; null where the input's is not known. */
function outputSizes(call: Call, { kernel, strides, padding }: Window): [Size, Size] {
  const { output_padding } = options(call, z.looseObject({ output_padding: pair.nullish() }))
  const size = (axis: 0 | 1): Size => {
    const input = shapeOf(only(call))[axis + 1] ?? null
    if (input === null) return null
    const [k, stride, extra] = [kernel[axis], strides[axis], output_padding?.[axis]]
    if (extra === undefined) return input * stride + (padding === 'valid' ? Math.max(k - stride, 0) : 0)
    return (input - 1) * stride + k - (padding === 'same' ? 2 * Math.floor(k / 2) : 0) + extra
  }
  if (output_padding != null) known(size(0), 'the size of a map with output padding')
  return [size(0), size(1)]
}

export const convolutions: Readonly<Record<string, Layer>> = {
  Conv2D: convolution,
  Convolution2D: convolution,
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
  Conv2DTranspose: transposed,
}
