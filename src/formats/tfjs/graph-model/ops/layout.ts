import { type DType, GraphError } from '../../../../graph/types.js'
import { materialize } from '../../import/layout.js'
import { concat, pad, type Range, reshape, slice, split, tile, transpose } from '../../import/ops/shape.js'
import { asSizes, axisOf, type Computed, known, type Size, shapeOf, type Value } from '../../import/value.js'
import {
  type Call,
  constantInput,
  input,
  integerInput,
  integersInput,
  type Operator,
  sizesInput,
} from '../call.js'
import { areSizes, joined } from './sizes.js'
import { stridedSlice } from './strided-slice.js'

function rankOf(call: Call, index: number): number {
  return shapeOf(input(call, index)).length
}

function padding(call: Call, mode: 'constant' | 'reflect', fill: string): Value {
  const constant = constantInput(call, 1)
  const flat = Array.from<number | bigint, number>(constant.tensor.data, Number)
  const rank = rankOf(call, 0)
  if (flat.length !== rank * 2) throw new GraphError('its paddings should be a pair an axis')
  const pads = Array.from({ length: rank }, (_, axis) => [flat[axis * 2]!, flat[axis * 2 + 1]!] as const)
  return pad(call.b, input(call, 0), pads, mode, fill)
}

const squeeze: Operator = call => {
  const from = asSizes(input(call, 0))
  if (from !== undefined && from.values.length === 1) return { ...from, scalar: true }
  const shape = shapeOf(input(call, 0))
  const given = call.attributes.ints('squeeze_dims', call.attributes.ints('axis', []))
  const axes = given.map(axis => axisOf(axis, shape.length))
  const gone = (size: Size, axis: number) => (axes.length === 0 ? size === 1 : axes.includes(axis))
  return reshape(
    call.b,
    input(call, 0),
    shape.filter((size, axis) => !gone(size, axis)),
  )
}

const expandDims: Operator = call => {
  const from = asSizes(input(call, 0))
  if (from?.scalar) return { ...from, scalar: false }
  const shape = [...shapeOf(input(call, 0))]
  shape.splice(axisOf(integerInput(call, 1), shape.length + 1), 0, 1)
  return reshape(call.b, input(call, 0), shape)
}

const concatenation: Operator = call => {
  const values = call.inputs.slice(0, -1)
  if (areSizes(values)) return joined(values)
  return concat(call.b, values, axisOf(integerInput(call, values.length), shapeOf(values[0]!).length))
}

/** Pack: a new axis, along which the values stand. */
const pack: Operator = call => {
  if (areSizes(call.inputs)) return joined(call.inputs)
  const axis = axisOf(call.attributes.int('axis', 0), rankOf(call, 0) + 1)
  const widened = call.inputs.map(value => {
    const shape = [...shapeOf(value)]
    shape.splice(axis, 0, 1)
    return reshape(call.b, value, shape)
  })
  return concat(call.b, widened, axis)
}

const splitting: Operator = call => {
  const count = call.attributes.int('num_split', 1)
  const axis = axisOf(integerInput(call, 0), rankOf(call, 1))
  const size = known(shapeOf(input(call, 1))[axis], 'the size to split')
  if (count < 1 || size % count !== 0)
    throw new GraphError(`${size} cannot be split into ${count} equal parts`)
  return split(
    call.b,
    input(call, 1),
    axis,
    Array.from({ length: count }, () => size / count),
  )
}

const splittingBy: Operator = call => {
  const axis = axisOf(integerInput(call, 2), rankOf(call, 0))
  const whole = known(shapeOf(input(call, 0))[axis], 'the size to split')
  const sizes = integersInput(call, 1)
  const rest = whole - sizes.filter(size => size >= 0).reduce((sum, size) => sum + size, 0)
  return split(
    call.b,
    input(call, 0),
    axis,
    sizes.map(size => (size < 0 ? rest : size)),
  )
}

/** Slice: a start and a length an axis; -1 runs to the end. */
const slicing: Operator = call => {
  const starts = integersInput(call, 1)
  const lengths = sizesInput(call, 2)
  const ranges = starts.flatMap((start, axis): Range[] => {
    const length = lengths[axis] ?? null
    const end = length === null || length < 0 ? null : start + length
    return start === 0 && end === null ? [] : [{ axis, start, end, step: 1 }]
  })
  return slice(call.b, input(call, 0), ranges)
}

/** ONNX's codes of the element types that are cast to. */
const codes = new Map<DType, number>([
  ['float32', 1],
  ['int32', 6],
  ['bool', 9],
])

const cast: Operator = call => {
  const value = input(call, 0)
  if (asSizes(value) !== undefined) return value
  const x: Computed = materialize(call.b, value)
  const to = call.attributes.dtype('DstT')
  if (x.dtype === to) return x
  const code = codes.get(to)
  if (code === undefined) throw new GraphError(`a cast to ${to} is not supported`)
  return { ...x, dtype: to, name: call.b.emit('Cast', [x.name], { to: { kind: 'int', value: code } }) }
}

export const layout: Readonly<Record<string, Operator>> = {
  Reshape: call => {
    const from = asSizes(input(call, 0))
    if (from !== undefined) return { ...from, scalar: sizesInput(call, 1).length === 0 }
    return reshape(call.b, input(call, 0), sizesInput(call, 1))
  },
  Squeeze: squeeze,
  ExpandDims: expandDims,
  Transpose: call => transpose(call.b, input(call, 0), integersInput(call, 1)),
  ConcatV2: concatenation,
  Pack: pack,
  Split: splitting,
  SplitV: splittingBy,
  Slice: slicing,
  StridedSlice: stridedSlice,
  Pad: call => padding(call, 'constant', ''),
  PadV2: call => {
    const fill = constantInput(call, 2)
    return padding(
      call,
      'constant',
      call.b.initializer(fill.key, () => fill.tensor),
    )
  },
  MirrorPad: call => {
    const mode = call.attributes.string('mode', 'REFLECT')
    if (mode !== 'REFLECT') throw new GraphError(`padding mode ${mode} is not supported, only REFLECT`)
    return padding(call, 'reflect', '')
  },
  Tile: call => {
    const times = integersInput(call, 1)
    if (times.length !== rankOf(call, 0)) throw new GraphError('it should have a number an axis')
    return tile(call.b, input(call, 0), times)
  },
  Cast: cast,
}
