import { GraphError } from '../../../../graph/types.js'
import { conv2d, depthToSpace, depthwiseConv2d, transposedConv2d } from '../../import/ops/convolution.js'
import { binary } from '../../import/ops/elementwise.js'
import { pool } from '../../import/ops/pooling.js'
import { asSizes, type Constant } from '../../import/value.js'
import type { Padding, Window } from '../../import/window.js'
import { assertChannelsLast, type Call, constantInput, input, type Operator } from '../call.js'
import { fused } from './fused.js'

function pair(values: readonly number[]): readonly [number, number] {
  return [values[1] ?? 1, values[2] ?? 1]
}

function paddingOf({ attributes }: Call): Padding {
  const padding = attributes.string('padding', 'VALID')
  switch (padding) {
    case 'SAME':
      return 'same'
    case 'VALID':
      return 'valid'
    case 'EXPLICIT': {
      const [, , top = 0, bottom = 0, left = 0, right = 0] = attributes.ints('explicit_paddings', [])
      return [top, bottom, left, right]
    }
    default:
      throw new GraphError(`padding ${padding} is not supported`)
  }
}

function windowOf(call: Call, kernel: readonly [number, number]): Window {
  assertChannelsLast(call)
  const ones = [1, 1, 1, 1]
  return {
    kernel,
    strides: pair(call.attributes.ints('strides', ones)),
    dilations: pair(call.attributes.ints('dilations', ones)),
    padding: paddingOf(call),
  }
}

/** The filter's rows and columns stand first in TensorFlow. */
function kernelOf(weight: Constant): readonly [number, number] {
  const [rows = 0, columns = 0] = weight.tensor.shape
  if (weight.tensor.shape.length !== 4) throw new GraphError('its filter should have four axes')
  return [rows, columns]
}

function convolution(make: typeof conv2d): Operator {
  return call => {
    const weight = constantInput(call, 1)
    const window = windowOf(call, kernelOf(weight))
    return fused(call, bias => make(call.b, input(call, 0), { weight, bias }, window))
  }
}

function pooling(kind: 'max' | 'average'): Operator {
  return call => {
    const window = windowOf(call, pair(call.attributes.ints('ksize', [1, 1, 1, 1])))
    return pool(call.b, input(call, 0), kind, window)
  }
}

/** Its inputs are the size of the map it makes, the filter and the map. */
const backprop: Operator = call => {
  const sizes = asSizes(input(call, 0))?.values
  const weight = constantInput(call, 1)
  const window = windowOf(call, kernelOf(weight))
  return transposedConv2d(call.b, input(call, 2), { weight, bias: undefined }, window, [
    sizes?.[1] ?? null,
    sizes?.[2] ?? null,
  ])
}

const addBias: Operator = call => {
  assertChannelsLast(call)
  return binary(call.b, 'Add', input(call, 0), input(call, 1))
}

export const convolutions: Readonly<Record<string, Operator>> = {
  Conv2D: convolution(conv2d),
  _FusedConv2D: convolution(conv2d),
  DepthwiseConv2d: convolution(depthwiseConv2d),
  DepthwiseConv2dNative: convolution(depthwiseConv2d),
  FusedDepthwiseConv2dNative: convolution(depthwiseConv2d),
  _FusedDepthwiseConv2dNative: convolution(depthwiseConv2d),
  Conv2DBackpropInput: backprop,
  BiasAdd: addBias,
  MaxPool: pooling('max'),
  AvgPool: pooling('average'),
  DepthToSpace: call => {
    assertChannelsLast(call)
    return depthToSpace(call.b, input(call, 0), call.attributes.int('block_size', 2))
  },
}
