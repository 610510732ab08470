import { floatTensor, int64Tensor } from '../../../src/graph/tensor.js'
import { integers, type Step, scalar } from '../graph-of.js'
import { type Case, c, map, one, square } from './case.js'

type Attributes = NonNullable<Step['attributes']>

const conv = (weight: number[], attributes: Attributes = {}, sample: readonly number[] = map) =>
  one('Conv', sample, attributes, [c(...weight), c(weight[0]!)])
const deconv = (
  weight: number[],
  attributes: Attributes = {},
  sample: readonly number[] = map,
  made = weight[1]!,
) => one('ConvTranspose', sample, attributes, [c(...weight), c(made)])

const convolutions = [
  conv([5, 3, 3, 2], { pads: [1, 0, 2, 1], strides: [2, 1] }),
  conv([5, 3, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  conv([5, 3, 3, 2], { auto_pad: 'SAME_LOWER', strides: [2, 2] }),
  conv([5, 3, 3, 2], { auto_pad: 'VALID' }),
  conv([5, 3, 3, 2], { pads: [2, 1, 2, 1], dilations: [2, 2] }),
  conv([5, 3, 3, 3], { pads: [2, 2, 2, 2], dilations: [2, 2], strides: [2, 2] }, [3, 9, 9]),
  conv([4, 3, 3, 3], { group: 2, pads: [1, 1, 1, 1] }, [6, 5, 5]),
  conv([4, 1, 3, 3], { group: 4, strides: [2, 2] }, [4, 5, 5]),
  conv([6, 1, 3, 3], { group: 3 }, [3, 5, 5]),
  conv([5, 3, 3], { pads: [1, 2], strides: [2] }, [3, 7]),
  conv([3, 1, 3], { group: 3, dilations: [2] }, [3, 7]),
  conv([4, 2, 2], { group: 2 }, [4, 6]),
  deconv([3, 5, 3, 2], { strides: [2, 2] }),
  deconv([3, 5, 3, 3], { strides: [2, 1], pads: [1, 0, 0, 1] }),
  deconv([3, 5, 3, 3], { strides: [2, 3], pads: [1, 1, 1, 1], output_padding: [1, 2] }),
  deconv([3, 5, 1, 1], { strides: [3, 3], output_padding: [2, 2] }),
  deconv([3, 5, 3, 2], { dilations: [2, 2] }),
  deconv([3, 5, 3, 2], { strides: [2, 1], dilations: [2, 2] }),
  deconv([4, 3, 2, 2], { strides: [2, 2], group: 2 }, [4, 3, 5], 6),
  deconv([4, 1, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1], group: 4 }, [4, 3, 5], 4),
  deconv([4, 1, 3, 3], { dilations: [2, 1], group: 4 }, [4, 3, 5], 4),
  deconv([3, 2, 2, 2], { strides: [2, 2], group: 3 }, [3, 3, 5], 6),
  deconv([3, 5, 3, 3], { strides: [2, 2], output_shape: [14, 12] }),
  deconv([3, 5, 3, 3], { strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  deconv([3, 5, 3, 3], { strides: [2, 2], auto_pad: 'SAME_LOWER' }),
  deconv([3, 5, 3], { strides: [2], pads: [1, 0], output_padding: [1] }, [3, 7]),
]

const pools = [
  one('MaxPool', map, { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] }),
  one('MaxPool', map, { kernel_shape: [1, 1], strides: [2, 2] }),
  one('MaxPool', map, { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 }),
  one('MaxPool', map, { kernel_shape: [2, 2], dilations: [2, 3], strides: [1, 2], pads: [1, 1, 1, 1] }),
  one('MaxPool', map, { kernel_shape: [2, 2], auto_pad: 'SAME_LOWER' }),
  one('MaxPool', [3, 7], { kernel_shape: [3], strides: [2], pads: [1, 1] }),
  one('AveragePool', map, { kernel_shape: [3, 3], strides: [2, 1], pads: [1, 1, 1, 1] }),
  one('AveragePool', map, {
    kernel_shape: [3, 2],
    strides: [2, 1],
    pads: [1, 0, 1, 1],
    count_include_pad: 1,
  }),
  one('AveragePool', map, { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 }),
  one('AveragePool', map, { kernel_shape: [1, 1], strides: [2, 2] }),
  one('AveragePool', map, { kernel_shape: [2, 2], dilations: [2, 1] }, [], { opset: 19 }),
  one('AveragePool', map, {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
    ceil_mode: 1,
    count_include_pad: 1,
  }),
  one('AveragePool', [3, 7], { kernel_shape: [3], strides: [2], pads: [1, 1] }),
  one('LpPool', map, { kernel_shape: [2, 3], strides: [2, 2] }),
  one('LpPool', map, { kernel_shape: [2, 2], p: 3 }),
  one('GlobalAveragePool', square),
  one('GlobalMaxPool', square),
  one('GlobalLpPool', square),
  one('GlobalAveragePool', [3, 7]),
  one('GlobalMaxPool', [3, 7]),
]

const paddings = [
  one('Pad', map, {}, [integers(0, 1, 2, 0, 0, 0, 1, 3)]),
  one('Pad', map, {}, [integers(0, 0, 2, 1, 0, 0, 1, 0), scalar(1.5)]),
  one('Pad', map, {}, [integers(0, 0, -2, 1, 0, 0, 1, -1), scalar(1.5)]),
  ...['reflect', 'edge'].map(mode => one('Pad', map, { mode }, [integers(0, 1, 2, 1, 0, 0, 1, 3)])),
  one('Pad', map, { mode: 'wrap' }, [integers(0, 1, 2, 1, 0, 0, 1, 3)], { opset: 19 }),
  one('Pad', [4, 5], {}, [integers(0, 1, 0, 0, 0, 2)]),
  one('Pad', map, { pads: [0, 0, 2, 1, 0, 0, 1, 0], value: 1.5 }, [], { opset: 10 }),
  {
    ...one('Pad', map),
    name: 'Pad along chosen axes',
    opset: 18,
    steps: [{ op: 'Pad', constants: [integers(1, 2), scalar(0), integers(-1)] }],
  },
]

const none = floatTensor([0], [])
const doubled = [none, floatTensor([4], [1, 1, 2, 2])]
const uneven = [none, floatTensor([4], [1, 1, 10 / 7, 4 / 6])]
const toSizes = [none, none, int64Tensor([4], [2, 3, 10, 4])]
const resizes = [
  one('Resize', map, {}, doubled),
  one('Resize', map, { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }, doubled),
  one('Resize', map, { nearest_mode: 'round_prefer_ceil' }, uneven),
  one('Resize', map, { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'ceil' }, uneven),
  one('Resize', map, { coordinate_transformation_mode: 'align_corners' }, toSizes),
  ...['linear', 'cubic'].flatMap(mode => [
    one('Resize', map, { mode }, doubled),
    one('Resize', map, { mode }, toSizes),
    one('Resize', map, { mode, coordinate_transformation_mode: 'pytorch_half_pixel' }, uneven),
    one('Resize', map, { mode, coordinate_transformation_mode: 'align_corners' }, uneven),
    one('Resize', map, { mode, coordinate_transformation_mode: 'asymmetric' }, doubled),
  ]),
  one('Resize', map, { mode: 'cubic', exclude_outside: 1, cubic_coeff_a: -0.5 }, doubled),
  one('Resize', map, { axes: [2, 3] }, [none, floatTensor([2], [2, 3])], { opset: 18 }),
  one('Upsample', map, { mode: 'nearest' }, [floatTensor([4], [1, 1, 2, 3])], { opset: 9 }),
  one('DepthToSpace', [8, 3, 2], { blocksize: 2 }),
  one('DepthToSpace', [8, 3, 2], { blocksize: 2, mode: 'CRD' }),
  one('SpaceToDepth', [3, 4, 6], { blocksize: 2 }),
]

export const windows: readonly Case[] = [...convolutions, ...pools, ...paddings, ...resizes]
