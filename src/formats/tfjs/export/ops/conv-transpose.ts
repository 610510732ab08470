import { intAttribute, intsAttribute } from '../../../../graph/attributes.js'
import { cutBefore, type TransposedAxis } from '../../../../graph/ops/conv-transpose.js'
import { GraphError, type Node, type Tensor } from '../../../../graph/types.js'
import type { Constant } from '../../import/value.js'
import { permute } from '../../permute.js'
import { int, ints, text } from '../attribute.js'
import type { Builder } from '../builder.js'
import { constantInput, input, outputShape, type Rule } from '../call.js'
import { dilated } from '../filter.js'
import { channelsLast } from '../layout.js'
import { type Computed, channelsLastLayout } from '../value.js'
import { spatialOf, spread } from '../window.js'
import { inGroups, withBias } from './convolution.js'

type Pair = readonly [number, number]

/** Transposed convolution: TensorFlow has it as the gradient of a convolution by its input. */
export const convTranspose: Rule = call => {
  const { b, node } = call
  const weight = constantInput(call, 1)
  const x = channelsLast(b, input(call, 0))
  const groups = intAttribute(node, 'group', 1)
  const shape = outputShape(call)
  const strides = pairOf(node, 'strides')
  const dilations = pairOf(node, 'dilations')
  const [inputs = 0, perGroup = 0, rows = 0, columns = 0] = weight.tensor.shape
  if (x.shape[1] !== inputs || inputs % groups !== 0)
    throw new GraphError(`${groups} groups of a filter [${weight.tensor.shape}] over ${x.shape[1]} channels`)
  const reach: Pair = [dilations[0] * (rows - 1) + 1, dilations[1] * (columns - 1) + 1]
  const around = [0, 1].map(axis =>
    paddingOf(node, axis, {
      input: spatialOf(x)[axis]!,
      output: spatialOf({ shape })[axis]!,
      reach: reach[axis]!,
      stride: strides[axis]!,
    }),
  )
  const sizes = outputSizes(b, x, shape, perGroup)
  const attributes = {
    data_format: text('NHWC'),
    strides: ints(spread(strides)),
    dilations: ints([1, 1, 1, 1]),
    ...(around.flat().every(size => size === 0)
      ? { padding: text('VALID') }
      : { padding: text('EXPLICIT'), explicit_paddings: ints([0, 0, ...around.flat(), 0, 0]) }),
  }
  const work = (part: string, group: number) => {
    const filter = b.constant(`${weight.key}:hwoi_${group}of${groups}_${dilations.join('x')}`, () =>
      filterOf(weight, group, inputs / groups, dilations),
    )
    return b.emit('Conv2DBackpropInput', [sizes, filter, part], attributes)
  }
  const name = withBias(call, groups === 1 ? work(x.name, 0) : inGroups(call, x, groups, work))
  return { kind: 'computed', name, shape, layout: channelsLastLayout, dtype: 'float32' }
}

function pairOf(node: Node, name: string): Pair {
  const [rows = 1, columns = 1] = intsAttribute(node, name, [1, 1])
  return [rows, columns]
}

/** One group's part of [in, out / groups, kh, kw] as [kh, kw, out / groups, in / groups]. */
function filterOf({ tensor }: Constant, group: number, size: number, dilations: Pair): Tensor {
  const each = tensor.data.length / (tensor.shape[0] ?? 1)
  const data = tensor.data.slice(group * size * each, (group + 1) * size * each)
  const part = permute({ ...tensor, shape: [size, ...tensor.shape.slice(1)], data }, [2, 3, 1, 0])
  return dilations.some(d => d > 1) ? dilated(part, dilations) : part
}

/** Padding (before, after) of the convolution whose gradient it is. */
function paddingOf(node: Node, axis: number, along: TransposedAxis): Pair {
  const { input: size, output, reach, stride } = along
  const before = cutBefore(node, axis, along)
  const after = Math.max(0, (size - 1) * stride + reach - output - before)
  // The convolution must come back to as many cells as there are.
  if (before < 0 || Math.floor((output + before + after - reach) / stride) + 1 !== size)
    throw new GraphError(`TF.js cannot place a transposed convolution of ${size} cells to ${output}`)
  return [before, after]
}

/** The size of the map it makes, [n, h, w, c], the batch that of its input. */
function outputSizes(
  b: Builder,
  x: Computed,
  [batch = null, , height = null, width = null]: Computed['shape'],
  channels: number,
): string {
  const rest = [height ?? 0, width ?? 0, channels]
  if (batch !== null) return b.integers([batch, ...rest])
  const shape = b.emit('Shape', [x.name], { out_type: { type: 'DT_INT32' } })
  const first = b.emit('StridedSlice', [shape, b.integers([0]), b.integers([1]), b.integers([1])])
  return b.emit('ConcatV2', [first, b.integers(rest), b.integer(0)], { N: int(2) })
}
