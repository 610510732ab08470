import { floatTensor } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { permute, reshaped } from '../../permute.js'
import { int, ints } from '../attribute.js'
import type { Attributes, Builder } from '../builder.js'
import { channelsFirst } from '../layout.js'
import {
  type Computed,
  type Constant,
  channelsFirstLayout,
  computed,
  known,
  type Size,
  type Value,
} from '../value.js'
import { placeWindow, type Window } from '../window.js'

/** What a convolution reads beside the map. */
export interface Filter {
  /** [rows, columns, in, out], or [rows, columns, in, multiplier] of a depthwise one. */
  readonly weight: Constant
  /** [out] */
  readonly bias: Constant | undefined
}

function inputsOf(b: Builder, x: Computed, weight: string, bias: Constant | undefined): string[] {
  if (bias === undefined) return [x.name, weight]
  return [x.name, weight, b.initializer(bias.key, () => bias.tensor)]
}

function emit(
  b: Builder,
  x: Computed,
  inputs: string[],
  window: Window,
  group: number,
  channels: number,
): Computed {
  const placed = placeWindow(window, x.shape.slice(1, 3))
  const attributes: Attributes = { ...placed.attributes, group: int(group) }
  const shape: Size[] = [x.shape[0]!, ...placed.spatial, channels]
  return computed(b.emit('Conv', inputs, attributes), shape, channelsFirstLayout)
}

/** A convolution; a filter of fewer input channels than the map has is a grouped one, as TensorFlow has it. */
export function conv2d(b: Builder, value: Value, { weight, bias }: Filter, window: Window): Computed {
  const x = channelsFirst(b, value)
  const [, , perGroup = 0, out = 0] = weight.tensor.shape
  const channels = known(x.shape[3], 'the number of channels')
  if (perGroup === 0 || channels % perGroup !== 0) {
    throw new GraphError(`a filter of ${perGroup} input channels over a map of ${channels}`)
  }
  const name = b.initializer(`${weight.key}:oihw`, () => permute(weight.tensor, [3, 2, 0, 1]))
  return emit(b, x, inputsOf(b, x, name, bias), window, channels / perGroup, out)
}

/** A depthwise convolution: output channel c * multiplier + m reads channel c. */
export function depthwiseConv2d(
  b: Builder,
  value: Value,
  { weight, bias }: Filter,
  window: Window,
): Computed {
  const x = channelsFirst(b, value)
  const [rows = 0, columns = 0, channels = 0, multiplier = 0] = weight.tensor.shape
  if (x.shape[3] !== channels)
    throw new GraphError(`a filter of ${channels} channels over a map of ${x.shape[3]}`)
  const name = b.initializer(`${weight.key}:depthwise`, () =>
    reshaped(permute(weight.tensor, [2, 3, 0, 1]), [channels * multiplier, 1, rows, columns]),
  )
  return emit(b, x, inputsOf(b, x, name, bias), window, channels, channels * multiplier)
}

/**
 * A transposed convolution, the gradient of a convolution by its input.
 * @param filter its weight is [rows, columns, out, in]
 * @param output the size of the map it makes; null follows from the window, as Keras has it
 */
export function transposedConv2d(
  b: Builder,
  value: Value,
  { weight, bias }: Filter,
  window: Window,
  output: readonly [Size, Size] | null,
): Computed {
  const x = channelsFirst(b, value)
  if (window.dilations.some(d => d !== 1))
    throw new GraphError('a dilated transposed convolution is not supported')
  const out = weight.tensor.shape[2] ?? 0
  const name = b.initializer(`${weight.key}:iohw`, () => permute(weight.tensor, [3, 2, 0, 1]))
  const axes = [0, 1].map(axis =>
    transposedAxis(window, axis, x.shape[axis + 1] ?? null, output?.[axis] ?? null),
  )
  const attributes = {
    kernel_shape: ints(window.kernel),
    strides: ints(window.strides),
    pads: ints([axes[0]!.before, axes[1]!.before, axes[0]!.after, axes[1]!.after]),
    output_padding: ints(axes.map(axis => axis.extra)),
  }
  const shape: Size[] = [x.shape[0]!, ...axes.map(axis => axis.size), out]
  return computed(b.emit('ConvTranspose', inputsOf(b, x, name, bias), attributes), shape, channelsFirstLayout)
}

interface TransposedAxis {
  readonly size: Size
  readonly before: number
  readonly after: number
  readonly extra: number
}

/** The padding of the convolution whose gradient it is, from the size of that convolution's input. */
function transposedAxis(window: Window, axis: number, input: Size, wanted: Size): TransposedAxis {
  const [kernel, stride] = [window.kernel[axis]!, window.strides[axis]!]
  const full = (size: number) => (size - 1) * stride + kernel
  if (window.padding === 'valid') {
    const least = input === null ? null : full(input)
    const size = wanted ?? (least === null ? null : least + Math.max(0, stride - kernel))
    const extra = size === null || least === null ? Math.max(0, stride - kernel) : size - least
    if (extra < 0 || extra >= Math.max(2, stride))
      throw new GraphError(`a transposed convolution of ${input} cells to ${size}`)
    return { size, before: 0, after: 0, extra }
  }
  if (window.padding !== 'same') {
    const [before, after] = [window.padding[axis * 2]!, window.padding[axis * 2 + 1]!]
    const least = input === null ? null : full(input) - before - after
    return {
      size: wanted ?? least,
      before,
      after,
      extra: wanted === null || least === null ? 0 : wanted - least,
    }
  }
  // Where the sizes are not known, Keras' rule holds: the output is stride times the input.
  const cells = input ?? 1
  const size = input !== null && wanted !== null ? wanted : cells * stride
  if (Math.ceil(size / stride) !== cells)
    throw new GraphError(`a transposed convolution of ${input} cells to ${size}`)
  const total = full(cells) - size
  const before = Math.max(0, Math.floor(total / 2))
  return {
    size: input === null ? wanted : size,
    before,
    after: Math.max(0, total - before),
    extra: Math.max(0, -total),
  }
}

/** A dense layer on every cell of a map: a convolution of one cell. */
export function pointwise(b: Builder, value: Value, kernel: Constant, bias: Constant | undefined): Computed {
  const weight: Constant = {
    kind: 'constant',
    key: `${kernel.key}:cell`,
    tensor: reshaped(kernel.tensor, [1, 1, ...kernel.tensor.shape]),
  }
  return conv2d(
    b,
    value,
    { weight, bias },
    { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], padding: 'valid' },
  )
}

/** Rearranges blocks of channels into cells, TensorFlow's way (rows, columns, then channels). */
export function depthToSpace(b: Builder, value: Value, block: number): Computed {
  const x = channelsFirst(b, value)
  const [batch = null, height = null, width = null, channels = null] = x.shape
  const times = (size: Size) => (size === null ? null : size * block)
  const shape = [
    batch,
    times(height),
    times(width),
    known(channels, 'the number of channels') / (block * block),
  ]
  return computed(b.emit('DepthToSpace', [x.name], { blocksize: int(block) }), shape, channelsFirstLayout)
}

/** Each cell repeated, or blended with its neighbours. */
export interface Resize {
  readonly size: readonly [Size, Size]
  readonly mode: 'nearest' | 'bilinear'
  readonly corners: 'aligned' | 'half-pixel' | 'asymmetric'
}

const modes = { aligned: 'align_corners', 'half-pixel': 'half_pixel', asymmetric: 'asymmetric' } as const

export function resize(b: Builder, value: Value, { size, mode, corners }: Resize): Computed {
  const x = channelsFirst(b, value)
  const scales = [0, 1].map(axis =>
    scaleOf(
      known(x.shape[axis + 1], 'the size of a map to resize'),
      known(size[axis], 'the size to resize to'),
    ),
  )
  const scaleName = b.initializer(`scales_${scales.join('_')}`, () => floatTensor([4], [1, 1, ...scales]))
  const text = (value: string) => ({ kind: 'string', value }) as const
  const name = b.emit('Resize', [x.name, '', scaleName], {
    mode: text(mode === 'nearest' ? 'nearest' : 'linear'),
    coordinate_transformation_mode: text(modes[corners]),
    // TensorFlow rounds half away from zero where it aligns, and down in the middle of cells shifted by a half.
    nearest_mode: text(corners === 'asymmetric' ? 'floor' : 'round_prefer_ceil'),
  })
  return computed(name, [x.shape[0]!, ...size, x.shape[3]!], channelsFirstLayout)
}

/** A float32 factor whose product with the old size, rounded down, is the new one. */
function scaleOf(from: number, to: number): number {
  const scale = Math.fround(to / from)
  return Math.floor(Math.fround(scale * from)) === to ? scale : Math.fround(scale * (1 + 2 ** -22))
}
