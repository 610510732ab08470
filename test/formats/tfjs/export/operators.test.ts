import { describe, expect, it } from 'vitest'
import { writeOnnx } from '../../../../src/formats/onnx/write.js'
import { elementCount, floatTensor, int64Tensor } from '../../../../src/graph/tensor.js'
import type { Tensor } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import { normalSamples } from '../../../fixtures/run.js'
import { outputsOf, relativeDifference } from '../../../fixtures/twin.js'
import { constant, graphOf, integers, type Step, scalar } from '../../../tensor/graph-of.js'
import { backends, runWritten } from './loaded.js'

const random = randomStream(31, 0, 'operators')
const c = (...shape: number[]) => constant(random, ...shape)
const positive = (size: number) =>
  floatTensor(
    [size],
    Array.from({ length: size }, (_, i) => 1 + i / 3),
  )

/** Sizes that differ, so that an axis taken for another is found out. */
const map = [3, 7, 6]
/** Sizes that are equal, so that an axis taken for another changes numbers, not shapes. */
const square = [4, 4, 4]

type Case = readonly [sampleShape: readonly number[], steps: readonly Step[], opset?: number | undefined]
type Attributes = NonNullable<Step['attributes']>

const one = (op: string, sampleShape: readonly number[], attributes: Attributes = {}): Case => [
  sampleShape,
  [{ op, attributes }],
]
const conv = (weight: number[], attributes: Attributes, sampleShape: readonly number[] = map): Case => [
  sampleShape,
  [{ op: 'Conv', constants: [c(...weight), c(weight[0]!)], attributes }],
]
const deconv = (weight: number[], attributes: Attributes, sampleShape: readonly number[] = map): Case => [
  sampleShape,
  [{ op: 'ConvTranspose', constants: [c(...weight)], attributes }],
]
const withConstant = (op: string, sampleShape: readonly number[], ...shape: number[]): Case => [
  sampleShape,
  [{ op, constants: [c(...shape)] }],
]
const statistics = [c(4), c(4), c(4), positive(4)]
const pooled = (op: string, attributes: Attributes): Case => one(op, map, attributes)

const unary = ['Abs', 'Elu', 'Erf', 'Exp', 'HardSigmoid', 'HardSwish', 'Identity', 'LeakyRelu', 'Neg', 'Relu']
  .concat(['Selu', 'Sigmoid', 'Softplus', 'Tanh', 'Dropout'])
  .map((op): [string, Case] => [op, one(op, square)])

const doubled = [scalar(0), floatTensor([4], [1, 1, 2, 2])]
const uneven = [scalar(0), floatTensor([4], [1, 1, 10 / 7, 4 / 6])]
const resizes = [
  ['nearest, asymmetric', doubled, { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }],
  ['nearest, as by default', doubled, {}],
  ['nearest, uneven', uneven, { nearest_mode: 'round_prefer_ceil' }],
  ['nearest, rounded up', uneven, { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'ceil' }],
  ['linear', doubled, { mode: 'linear' }],
  ['linear, uneven', uneven, { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' }],
  ['linear, aligned', uneven, { mode: 'linear', coordinate_transformation_mode: 'align_corners' }],
  ['linear, asymmetric', doubled, { mode: 'linear', coordinate_transformation_mode: 'asymmetric' }],
].map(([name, constants, attributes]): [string, Case] => [
  `Resize ${name}`,
  [map, [{ op: 'Resize', constants: constants as Tensor[], attributes: attributes as Attributes }]],
])

const cases = new Map<string, Case>([
  ...unary,
  ['Sqrt', [square, [{ op: 'Abs' }, { op: 'Sqrt' }]]],
  ['Elu of another alpha', one('Elu', square, { alpha: 0.3 })],
  ['Cast', one('Cast', square, { to: 1 })],
  ['Conv with uneven pads and strides', conv([5, 3, 3, 2], { pads: [1, 0, 2, 1], strides: [2, 1] })],
  ['Conv as SAME', conv([5, 3, 3, 3], { pads: [1, 1, 1, 1] })],
  ['Conv SAME_UPPER', conv([5, 3, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 2] })],
  ['Conv SAME_LOWER', conv([5, 3, 3, 2], { auto_pad: 'SAME_LOWER', strides: [2, 2] })],
  ['Conv dilated', conv([5, 3, 3, 2], { pads: [2, 1, 2, 1], dilations: [2, 2] })],
  [
    'Conv strided and dilated',
    conv([5, 3, 3, 2], { pads: [2, 2, 2, 2], dilations: [2, 1], strides: [2, 2] }),
  ],
  ['Conv in groups', conv([4, 3, 3, 3], { group: 2, pads: [1, 1, 1, 1] }, [6, 5, 4])],
  ['Conv depthwise', conv([3, 1, 3, 3], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] })],
  ['Conv depthwise with two filters a channel', conv([6, 1, 3, 2], { group: 3 })],
  ...['Relu', 'Elu', 'LeakyRelu', 'Tanh'].map((op): [string, Case] => [
    `Conv, then ${op}`,
    [map, [{ op: 'Conv', constants: [c(5, 3, 3, 2), c(5)] }, { op }]],
  ]),
  [
    'Gemm, then Relu6',
    [
      [5],
      [
        { op: 'Gemm', constants: [c(5, 3), c(3)] },
        { op: 'Clip', constants: [scalar(0), scalar(6)] },
      ],
    ],
  ],
  ['Conv of one channel', conv([2, 1, 3, 2], {}, [1, 5, 4])],
  ['ConvTranspose', deconv([3, 5, 3, 2], { strides: [2, 2] })],
  ['ConvTranspose padded', deconv([3, 5, 3, 3], { strides: [2, 1], pads: [1, 0, 0, 1] })],
  [
    'ConvTranspose with output padding',
    deconv([3, 5, 3, 3], { strides: [2, 3], pads: [1, 1, 1, 1], output_padding: [1, 2] }),
  ],
  ['ConvTranspose dilated', deconv([3, 5, 3, 2], { strides: [2, 1], dilations: [2, 2] })],
  ['ConvTranspose in groups', deconv([4, 3, 2, 2], { strides: [2, 2], group: 2 }, [4, 3, 5])],
  ['ConvTranspose to a shape', deconv([3, 5, 3, 3], { strides: [2, 2], output_shape: [14, 12] })],
  ['ConvTranspose SAME_UPPER', deconv([3, 5, 3, 3], { strides: [2, 2], auto_pad: 'SAME_UPPER' })],
  ['Gemm', [[5], [{ op: 'Gemm', constants: [c(5, 3), c(3)] }]]],
  [
    'Gemm transposed and scaled',
    [[5], [{ op: 'Gemm', constants: [c(3, 5), c(3)], attributes: { transB: 1, alpha: 0.5, beta: 2 } }]],
  ],
  ['Gemm with a matrix of biases', [[5], [{ op: 'Gemm', constants: [c(5, 3), c(2, 3)] }]]],
  ['Gemm with one bias', [[5], [{ op: 'Gemm', constants: [c(5, 3), c(1)] }]]],
  ['MatMul', withConstant('MatMul', [5], 5, 3)],
  ['MatMul of sequences', withConstant('MatMul', [4, 5], 5, 3)],
  ['MatMul of maps', withConstant('MatMul', map, 6, 3)],
  ['Flatten, Gemm', [square, [{ op: 'Flatten' }, { op: 'Gemm', constants: [c(64, 3), c(3)] }]]],
  [
    'Flatten, element-wise, Gemm',
    [
      square,
      [
        { op: 'Flatten' },
        { op: 'Mul', constants: [c(64)] },
        { op: 'PRelu', constants: [c(1, 64)] },
        { op: 'BatchNormalization', constants: [c(64), c(64), c(64), positive(64)] },
        { op: 'Gemm', constants: [c(3, 64), c(3)], attributes: { transB: 1 } },
      ],
    ],
  ],
  ['Flatten, Softmax', [square, [{ op: 'Flatten' }, { op: 'Softmax' }]]],
  ['Flatten to an output', one('Flatten', map)],
  ['Flatten the batch in', one('Flatten', map, { axis: 2 })],
  [
    'Flatten and back',
    [map, [{ op: 'Flatten' }, { op: 'Reshape', constants: [integers(0, 3, 7, 6)] }, { op: 'Relu' }]],
  ],
  [
    'Flatten and to another map',
    [map, [{ op: 'Flatten' }, { op: 'Reshape', constants: [integers(-1, 6, 7, 3)] }]],
  ],
  ['BatchNormalization', [square, [{ op: 'BatchNormalization', constants: statistics }]]],
  ['BatchNormalization of rows', [[4], [{ op: 'BatchNormalization', constants: statistics }]]],
  ['BatchNormalization of sequences', [[4, 4], [{ op: 'BatchNormalization', constants: statistics }]]],
  ['MaxPool padded', pooled('MaxPool', { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] })],
  ['MaxPool as SAME', pooled('MaxPool', { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' })],
  [
    'MaxPool SAME_LOWER',
    pooled('MaxPool', { kernel_shape: [2, 2], strides: [1, 1], auto_pad: 'SAME_LOWER' }),
  ],
  ['MaxPool in ceil mode', pooled('MaxPool', { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 })],
  ['AveragePool', pooled('AveragePool', { kernel_shape: [2, 2], strides: [2, 2] })],
  [
    'AveragePool without its padding',
    pooled('AveragePool', { kernel_shape: [3, 3], strides: [2, 1], pads: [1, 1, 1, 1] }),
  ],
  [
    'AveragePool with its padding',
    pooled('AveragePool', {
      kernel_shape: [3, 2],
      strides: [2, 1],
      pads: [1, 0, 1, 1],
      count_include_pad: 1,
    }),
  ],
  [
    'AveragePool in ceil mode',
    pooled('AveragePool', { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 }),
  ],
  [
    'AveragePool in ceil mode with its padding',
    pooled('AveragePool', {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      ceil_mode: 1,
      count_include_pad: 1,
    }),
  ],
  ['GlobalAveragePool', [square, [{ op: 'GlobalAveragePool' }, { op: 'Flatten' }]]],
  ['GlobalMaxPool', one('GlobalMaxPool', square)],
  ['GlobalAveragePool of sequences', one('GlobalAveragePool', [4, 5])],
  ['ReduceMean kept', one('ReduceMean', square, { axes: [2, 3] })],
  ['ReduceMean dropped', one('ReduceMean', square, { axes: [-1, -2], keepdims: 0 })],
  ['ReduceMean of rows', one('ReduceMean', square, { axes: [2], keepdims: 0 })],
  ['ReduceMax of channels', one('ReduceMax', square, { axes: [1], keepdims: 0 })],
  ['ReduceMin of everything', one('ReduceMin', square, { keepdims: 0 })],
  ['ReduceSum', [square, [{ op: 'ReduceSum', constants: [integers(1)], attributes: { keepdims: 1 } }]]],
  [
    'ReduceMax of flattened maps',
    [square, [{ op: 'Flatten' }, { op: 'ReduceMax', attributes: { axes: [1] } }]],
  ],
  ...['ReduceL1', 'ReduceL2', 'ReduceSumSquare'].map((op): [string, Case] => [
    op,
    one(op, square, { axes: [1, 2], keepdims: 0 }),
  ]),
  ['ReduceLogSum', [square, [{ op: 'Abs' }, { op: 'ReduceLogSum', attributes: { axes: [3] } }]]],
  ...['Celu', 'Mish', 'ThresholdedRelu', 'Round', 'Tan'].map((op): [string, Case] => [
    op,
    [square, [{ op: 'Mul', constants: [scalar(1.3)] }, { op }], 18],
  ]),
  ['Gelu', [square, [{ op: 'Gelu' }], 20]],
  ['Gelu by tanh', [square, [{ op: 'Gelu', attributes: { approximate: 'tanh' } }], 20]],
  ['Mean of several', withConstant('Mean', square, 4, 1, 1)],
  ['LpNormalization', one('LpNormalization', square, { axis: 1 })],
  ['LpNormalization by sums', one('LpNormalization', square, { axis: -1, p: 1 })],
  [
    'ArgMax of channels',
    [
      map,
      [
        { op: 'ArgMax', attributes: { axis: 1, keepdims: 0 } },
        { op: 'Cast', attributes: { to: 1 } },
      ],
    ],
  ],
  [
    'ArgMin of rows',
    [
      map,
      [
        { op: 'ArgMin', attributes: { axis: 2 } },
        { op: 'Cast', attributes: { to: 1 } },
      ],
    ],
  ],
  ['Tile', [map, [{ op: 'Tile', constants: [integers(1, 2, 1, 3)] }]]],
  ['Expand', [[3, 1, 6], [{ op: 'Expand', constants: [integers(1, 3, 5, 1)] }]]],
  ['Expand to more axes', [[3, 1], [{ op: 'Expand', constants: [integers(4, 1, 3, 2)] }]]],
  [
    'GroupNormalization with a scale a group',
    [
      map,
      [
        { op: 'Concat', constants: [c(2, 3, 7, 6)], attributes: { axis: 1 } },
        { op: 'GroupNormalization', constants: [c(2), c(2)], attributes: { num_groups: 2 } },
      ],
      18,
    ],
  ],
  [
    'GroupNormalization with a scale a channel',
    [square, [{ op: 'GroupNormalization', constants: [c(4), c(4)], attributes: { num_groups: 2 } }], 21],
  ],
  [
    'Einsum as a dense layer',
    [[4, 5], [{ op: 'Einsum', constants: [c(5, 2, 3)], attributes: { equation: 'abc,cde->abde' } }]],
  ],
  [
    'Einsum as products of heads',
    [map, [{ op: 'Einsum', constants: [c(3, 6, 5)], attributes: { equation: 'nhqd,hdk->nqhk' } }]],
  ],
  [
    'Einsum that sums over two axes',
    [map, [{ op: 'Einsum', constants: [c(6, 7, 2)], attributes: { equation: 'ncxy,yxo->noc' } }]],
  ],
  ['Reshape to rows', [map, [{ op: 'Reshape', constants: [integers(0, -1)] }]]],
  ['Reshape of vectors to maps', [[24], [{ op: 'Reshape', constants: [integers(-1, 2, 3, 4)] }]]],
  ['Reshape that mixes the batch in', [map, [{ op: 'Reshape', constants: [integers(-1, 6)] }]]],
  [
    'channel shuffle',
    [
      [4, 3, 5],
      [
        { op: 'Reshape', constants: [integers(0, 2, 2, 3, 5)] },
        { op: 'Transpose', attributes: { perm: [0, 2, 1, 3, 4] } },
        { op: 'Reshape', constants: [integers(0, 4, 3, 5)] },
      ],
    ],
  ],
  [
    'Transpose to channels last and back',
    [
      map,
      [
        { op: 'Transpose', attributes: { perm: [0, 2, 3, 1] } },
        { op: 'Relu' },
        { op: 'Transpose', attributes: { perm: [0, 3, 1, 2] } },
      ],
    ],
  ],
  ['Transpose of rows and columns', one('Transpose', map, { perm: [0, 1, 3, 2] })],
  ['Squeeze', [[3, 1, 5], [{ op: 'Squeeze', constants: [integers(2)] }]]],
  ['Unsqueeze', [[3, 5], [{ op: 'Unsqueeze', constants: [integers(-1, 1)] }]]],
  ['Concat of channels', [square, [{ op: 'Concat', constants: [c(2, 3, 4, 4)], attributes: { axis: 1 } }]]],
  ['Concat of rows', [square, [{ op: 'Concat', constants: [c(2, 4, 3, 4)], attributes: { axis: -2 } }]]],
  ['Pad', [map, [{ op: 'Pad', constants: [integers(0, 1, 2, 0, 0, 0, 1, 3)] }]]],
  ['Pad with a number', [map, [{ op: 'Pad', constants: [integers(0, 0, 2, 1, 0, 0, 1, 0), scalar(1.5)] }]]],
  [
    'Pad by reflection',
    [map, [{ op: 'Pad', constants: [integers(0, 0, 2, 1, 0, 0, 1, 0)], attributes: { mode: 'reflect' } }]],
  ],
  [
    'Pad with the edge',
    [map, [{ op: 'Pad', constants: [integers(0, 1, 2, 1, 0, 0, 1, 0)], attributes: { mode: 'edge' } }]],
  ],
  ['Softmax of channels', one('Softmax', square, { axis: 1 })],
  ['Softmax of rows', one('Softmax', square, { axis: 2 })],
  ['Softmax of old', [square, [{ op: 'Softmax' }], 11]],
  ['LogSoftmax', one('LogSoftmax', square)],
  ['PRelu by channel', withConstant('PRelu', square, 4, 1, 1)],
  ['PRelu by one number', withConstant('PRelu', square, 1)],
  ['Add by the last axis', withConstant('Add', square, 4)],
  ['Add by channel', withConstant('Add', square, 4, 1, 1)],
  ['Mul by channel, 4-D', withConstant('Mul', square, 1, 4, 1, 1)],
  ['Mul by sample', withConstant('Mul', square, 2, 1, 1, 1)],
  ['Sub by place', withConstant('Sub', square, 4, 4)],
  ['Sub from a constant', [square, [{ op: 'Sub', constants: [c(1, 4, 4, 4)], before: true }]]],
  ['Div by a number', [square, [{ op: 'Div', constants: [scalar(3)] }]]],
  ['Add to more axes', [[4, 4], [{ op: 'Add', constants: [c(2, 1, 4, 4)] }]]],
  ['Clip', [square, [{ op: 'Clip', constants: [scalar(-0.5), scalar(1)] }]]],
  ['Clip from below', [square, [{ op: 'Clip', constants: [scalar(0.2)] }]]],
  ['Clip as Relu6', [square, [{ op: 'Clip', constants: [scalar(0), scalar(6)] }]]],
  ['Slice', [map, [{ op: 'Slice', constants: [integers(1, -6), integers(2 ** 31, 5), integers(1, 2)] }]]],
  [
    'Slice backwards',
    [map, [{ op: 'Slice', constants: [integers(-1), integers(-(2 ** 31)), integers(3), integers(-2)] }]],
  ],
  ['Gather of channels', [map, [{ op: 'Gather', constants: [integers(2, -3, 2)], attributes: { axis: 1 } }]]],
  [
    'Gather of one row',
    [map, [{ op: 'Gather', constants: [int64Tensor([], [4])], attributes: { axis: 2 } }]],
  ],
  ['Split in one', [map, [{ op: 'Split', constants: [integers(7)], attributes: { axis: 2 } }]]],
  ['DepthToSpace', one('DepthToSpace', [8, 3, 2], { blocksize: 2 })],
  ...resizes,
  ['Pow', [square, [{ op: 'Abs' }, { op: 'Pow', constants: [scalar(1.5)] }]]],
  ['Max', withConstant('Max', square, 4, 1, 1)],
  ['Min', withConstant('Min', square, 4)],
  [
    'Greater, Where',
    [
      square,
      [
        { op: 'Greater', constants: [scalar(0.1)] },
        { op: 'Where', constants: [c(4, 1, 1), c(4)] },
      ],
    ],
  ],
  [
    'LayerNormalization',
    [[4, 4], [{ op: 'LayerNormalization', constants: [c(4), c(4)], attributes: { axis: -1 } }]],
  ],
  ['Clip by attributes', [square, [{ op: 'Clip', attributes: { min: 0, max: 0.7 } }], 10]],
])

/** Before a map, a convolution of single cells, so that the map stands channels last. */
function behindConv([sampleShape, steps, opset]: Case): Case {
  const channels = sampleShape[0]!
  return [sampleShape, [{ op: 'Conv', constants: [c(channels, channels, 1, 1)] }, ...steps], opset]
}

const everyCase = [...cases].flatMap(([name, given]): (readonly [string, Case])[] =>
  given[0].length === 3
    ? [
        [name, given],
        [`Conv, ${name}`, behindConv(given)],
      ]
    : [[name, given]],
)

describe.each(backends)('what ONNX Runtime computes, TF.js computes from what is written, on %s', backend => {
  it.for(everyCase)('%s', async ([, [sampleShape, steps, opset]]) => {
    const graph = graphOf(sampleShape, steps, opset)
    const shape = [2, ...sampleShape]
    const inputs = { x: { data: normalSamples(random, elementCount(shape)), shape } }
    const expected = await outputsOf(writeOnnx(graph), inputs)
    expect(relativeDifference(await runWritten(graph, inputs, backend), expected)).toBeLessThanOrEqual(1e-4)
  })
})
