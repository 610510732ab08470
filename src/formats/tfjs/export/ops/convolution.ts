import { intAttribute } from '../../../../graph/attributes.js'
import { GraphError, type Tensor } from '../../../../graph/types.js'
import type { Constant } from '../../import/value.js'
import { permute, reshaped } from '../../permute.js'
import { int, texts } from '../attribute.js'
import { type Call, constantInput, input, optionalConstant, outputShape, type Rule } from '../call.js'
import { dilated } from '../filter.js'
import { channelsLast, materialize } from '../layout.js'
import { type Computed, channelsLastLayout } from '../value.js'
import { spatialOf, type Window, windowAttributes, windowOf } from '../window.js'

/** A filter in TensorFlow's order, with a key that tells it from others made of the same weight. */
interface Filter {
  readonly key: string
  readonly make: () => Tensor
}

/** Convolution: depthwise where each channel is a group, in parts where TF.js has no operator for groups. */
export const conv: Rule = call => {
  const { node } = call
  const weight = constantInput(call, 1)
  const [out = 0, perGroup = 0, ...kernel] = weight.tensor.shape
  const x = channelsLast(call.b, input(call, 0))
  const [rows, columns] = kernel
  if (rows === undefined || columns === undefined || kernel.length !== 2)
    throw new GraphError(`expected a filter of two spatial axes, found ${kernel.length}`)
  const window = windowOf(node, spatialOf(x), [rows, columns])
  const groups = intAttribute(node, 'group', 1)
  if (x.shape[1] !== perGroup * groups || out % groups !== 0)
    throw new GraphError(`${groups} groups of a filter [${weight.tensor.shape}] over ${x.shape[1]} channels`)
  const depthwise = perGroup === 1 && groups > 1
  if (depthwise || groups === 1) {
    const filter = depthwise ? depthwiseFilter(weight, out / groups) : plainFilter(weight)
    return made(call, convolve(call, x.name, depthwise, filter, window, optionalConstant(call, 2)))
  }
  const parts = inGroups(call, x, groups, (part, group) =>
    convolve(call, part, false, groupFilter(weight, group, out / groups), window, undefined),
  )
  return made(call, withBias(call, parts))
}

function made(call: Call, name: string): Computed {
  return { kind: 'computed', name, shape: outputShape(call), layout: channelsLastLayout, dtype: 'float32' }
}

/** TF.js takes either strides or dilations: with both, zeros are written into the filter. */
function convolve(
  { b }: Call,
  x: string,
  depthwise: boolean,
  { key, make }: Filter,
  window: Window,
  bias: Constant | undefined,
): string {
  const both = window.strides.some(s => s > 1) && window.dilations.some(d => d > 1)
  const filter = both
    ? b.constant(`${key}:dilated_${window.dilations.join('x')}`, () => dilated(make(), window.dilations))
    : b.constant(key, make)
  const attributes = windowAttributes(both ? withoutDilation(window) : window)
  if (bias === undefined)
    return b.emit(depthwise ? 'DepthwiseConv2dNative' : 'Conv2D', [x, filter], attributes)
  return b.emit(
    depthwise ? 'FusedDepthwiseConv2dNative' : '_FusedConv2D',
    [x, filter, materialize(b, bias).name],
    { ...attributes, fused_ops: texts(['BiasAdd']), num_args: int(1) },
  )
}

/** The same reach by a larger filter. */
function withoutDilation(window: Window): Window {
  const reach = (axis: 0 | 1) => window.dilations[axis] * (window.kernel[axis] - 1) + 1
  return { ...window, kernel: [reach(0), reach(1)], dilations: [1, 1] }
}

/** [out, in, kh, kw] as [kh, kw, in, out]. */
function plainFilter({ key, tensor }: Constant): Filter {
  return { key: `${key}:hwio`, make: () => permute(tensor, [2, 3, 1, 0]) }
}

/** [in * multiplier, 1, kh, kw] as [kh, kw, in, multiplier]. */
function depthwiseFilter({ key, tensor }: Constant, multiplier: number): Filter {
  const [out = 0, , rows = 0, columns = 0] = tensor.shape
  return {
    key: `${key}:depthwise`,
    make: () => permute(reshaped(tensor, [out / multiplier, multiplier, rows, columns]), [2, 3, 0, 1]),
  }
}

/** The filter of one group of a convolution. */
function groupFilter({ key, tensor }: Constant, group: number, size: number): Filter {
  const each = tensor.data.length / (tensor.shape[0] ?? 1)
  const data = tensor.data.slice(group * size * each, (group + 1) * size * each)
  const part: Tensor = { ...tensor, shape: [size, ...tensor.shape.slice(1)], data }
  return plainFilter({ kind: 'constant', key: `${key}:group${group}`, tensor: part })
}

/** Equal parts of a map's channels, worked on one by one and put together again. */
export function inGroups(
  { b }: Call,
  x: Computed,
  groups: number,
  work: (part: string, group: number) => string,
): string {
  const parts = b.emitMany('Split', [b.integer(3), x.name], { num_split: int(groups) }, groups)
  return b.emit('ConcatV2', [...parts.map(work), b.integer(3)], { N: int(groups) })
}

/** A map with the bias of a convolution, its input 2, where it has one. */
export function withBias(call: Call, map: string): string {
  const bias = optionalConstant(call, 2)
  return bias === undefined ? map : call.b.emit('BiasAdd', [map, materialize(call.b, bias).name])
}
