/** Each rule that raises an old model: ONNX Runtime runs the old file and what became of it, and both give the same bits. */
import { describe, expect, it } from 'vitest'
import { readOnnx } from '../../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../../src/formats/onnx/write.js'
import { channelGroups } from '../../../../src/graph/groups.js'
import { floatTensor, int64Tensor } from '../../../../src/graph/tensor.js'
import type { Graph } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import { Builder, type ShortAttributes, type Value } from '../../../fixtures/random-graph/builder.js'
import { roundTrip } from '../../../fixtures/round-trip.js'

/** A model of one input, [n, ...shape], and outputs of so many axes; their sizes are not declared. */
function model(
  opset: number,
  shape: readonly number[],
  rank: number,
  make: (b: Builder, x: Value) => readonly string[],
): Graph {
  const b = new Builder(randomStream(6, opset, make.toString()))
  for (const name of make(b, b.input(shape))) b.output({ name, shape: [] })
  const graph = b.graph()
  const sizes = (output: number) => Array.from({ length: rank }, (_, axis) => `size${output}_${axis}`)
  return { ...graph, opset, outputs: graph.outputs.map((output, i) => ({ ...output, shape: sizes(i) })) }
}

/** How far the raised model is from the old one, which it must be raised from. */
async function raised(graph: Graph): Promise<{ readonly opset: number; readonly apart: number }> {
  const bytes = writeOnnx(graph)
  return { opset: readOnnx(bytes).opset, apart: await roundTrip(bytes) }
}

interface Case {
  readonly op: string
  readonly opsets: readonly number[]
  readonly attributes?: ShortAttributes
  readonly inputs?: (b: Builder) => readonly string[]
  readonly outputs?: number
  /** Of its outputs, how many are read; all where it is left out. */
  readonly read?: number
  readonly shape?: readonly number[]
  /** Axes of the result, four where it is left out. */
  readonly rank?: number
}

const scales = (b: Builder, ...values: number[]) => [b.constant(floatTensor([values.length], values))]

const reductions = ['L1', 'L2', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'SumSquare', 'Sum']

const cases: Case[] = [
  ...reductions.flatMap(kind => [
    { op: `Reduce${kind}`, opsets: [7, 11, 12], attributes: { axes: [1, 3] } },
    { op: `Reduce${kind}`, opsets: [7, 12], attributes: { axes: [2], keepdims: 0 }, rank: 3 },
  ]),
  { op: 'ReduceMean', opsets: [13, 17], attributes: { axes: [-1, -2] } },
  { op: 'ReduceMean', opsets: [7, 17] },
  { op: 'Squeeze', opsets: [7, 11], attributes: { axes: [2] }, shape: [4, 1, 5], rank: 3 },
  { op: 'Unsqueeze', opsets: [7, 11], attributes: { axes: [1] }, shape: [4, 5] },
  { op: 'Split', opsets: [7, 11], attributes: { axis: 1, split: [1, 3] }, outputs: 2 },
  { op: 'Split', opsets: [7, 11, 13, 17], attributes: { axis: 1 }, outputs: 2 },
  { op: 'Split', opsets: [13, 17], attributes: { axis: 1 }, inputs: b => [b.integers(1, 3)], outputs: 2 },
  { op: 'Slice', opsets: [7, 9], attributes: { starts: [1, -3], ends: [3, 1000], axes: [1, 3] } },
  { op: 'Slice', opsets: [7], attributes: { starts: [0, 1], ends: [1, -1] } },
  { op: 'Pad', opsets: [7, 10], attributes: { pads: [0, 0, 1, 2, 0, 1, 0, 3] } },
  { op: 'Pad', opsets: [7, 10], attributes: { pads: [0, 0, 1, 0, 0, 0, 0, 1], value: { float: 0.5 } } },
  { op: 'Pad', opsets: [9], attributes: { pads: [0, 0, 1, 1, 0, 0, 1, 1], mode: 'reflect' } },
  { op: 'Clip', opsets: [7, 10], attributes: { min: { float: -0.5 }, max: { float: 0.25 } } },
  { op: 'Clip', opsets: [7, 10], attributes: { max: { float: 0.25 } } },
  { op: 'Clip', opsets: [7, 10], attributes: { min: { float: 0 } } },
  { op: 'Clip', opsets: [7] },
  { op: 'TopK', opsets: [7, 9], attributes: { k: 2, axis: 1 }, outputs: 2, read: 1 },
  ...['Softmax', 'LogSoftmax', 'Hardmax'].flatMap(op => [
    { op, opsets: [7, 11, 12] },
    { op, opsets: [7, 12], attributes: { axis: 3 } },
    { op, opsets: [7, 12], attributes: { axis: 2 } },
    { op, opsets: [7, 12], attributes: { axis: 0 } },
    { op, opsets: [11], attributes: { axis: -1 } },
    { op, opsets: [11], attributes: { axis: -2 } },
    { op, opsets: [7, 12], shape: [5], rank: 2 },
    { op, opsets: [13, 17] },
  ]),
  { op: 'Dropout', opsets: [7, 10, 11], attributes: { ratio: { float: 0.9 } } },
  ...[7, 8].map(opset => ({
    op: 'Upsample',
    opsets: [opset],
    attributes: { scales: { floats: [1, 1, 2, 3] } },
  })),
  ...['nearest', 'linear'].flatMap(mode => [
    {
      op: 'Upsample',
      opsets: [7, 8],
      attributes: { mode, scales: { floats: [1, 1, 2, 2] } },
    },
    { op: 'Upsample', opsets: [9], attributes: { mode }, inputs: (b: Builder) => scales(b, 1, 1, 3, 1.5) },
    { op: 'Resize', opsets: [10], attributes: { mode }, inputs: (b: Builder) => scales(b, 1, 1, 2, 1.7) },
    { op: 'Resize', opsets: [10], attributes: { mode }, inputs: (b: Builder) => scales(b, 1, 1, 0.6, 0.5) },
  ]),
  ...['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'].flatMap(places =>
    ['nearest', 'linear', 'cubic'].map(mode => ({
      op: 'Resize',
      opsets: [11, 12, 13, 17],
      attributes: { mode, coordinate_transformation_mode: places },
      inputs: (b: Builder) => [...scales(b), ...scales(b, 1, 1, 1.7, 0.6)],
    })),
  ),
  {
    op: 'Resize',
    opsets: [11, 13],
    attributes: { mode: 'linear' },
    inputs: b => [...scales(b), ...scales(b), b.integers(2, 4, 9, 3)],
  },

  {
    // Empty scales that the optimiser of a runtime sees through, and pare does not.
    op: 'Resize',
    opsets: [11],
    attributes: { mode: 'linear' },
    inputs: b => {
      const [start, end] = [b.integers(0), b.integers(0)]
      const [empty = ''] = b.nodes('Slice', [...scales(b, 1, 1), start, end], 1)
      return [...scales(b), empty, b.integers(2, 4, 9, 3)]
    },
  },
  {
    op: 'RoiAlign',
    opsets: [10, 15],
    attributes: { output_height: 2, output_width: 2, spatial_scale: { float: 0.7 } },
    inputs: b => [
      b.constant(floatTensor([2, 4], [0, 0, 3, 3, 1, 1, 4, 5])),
      b.constant(int64Tensor([2], [0, 1])),
    ],
  },
  ...[
    { opsets: [7, 8], outputs: 1, attributes: { spatial: 1 } },
    { opsets: [9, 13, 14], outputs: 1, attributes: { momentum: { float: 0.8 } } },
  ].map(one => ({
    op: 'BatchNormalization',
    ...one,
    inputs: (b: Builder) => [b.positive([4]), b.weight([4]), b.weight([4]), b.positive([4])],
  })),
]

for (const {
  op,
  opsets,
  attributes = {},
  inputs,
  outputs = 1,
  read = outputs,
  shape = [4, 5, 6],
  rank = 4,
} of cases)
  it.each(opsets)(`${op} of %i, ${JSON.stringify(attributes)}`, async opset => {
    const graph = model(opset, shape, rank, (b, x) =>
      b.nodes(op, [x.name, ...(inputs?.(b) ?? [])], outputs, attributes).slice(0, read),
    )
    expect(await raised(graph)).toEqual({ opset: 18, apart: 0 })
  })

describe('what no rule can say', () => {
  it('keeps the set of the model, but for a Softmax that would change its meaning', async () => {
    const graph = model(11, [4, 5, 6], 4, (b, x) => {
      const places = 'tf_half_pixel_for_nn'
      const larger = b.nodes('Resize', [x.name, ...scales(b), ...scales(b, 1, 1, 2, 2)], 1, {
        mode: 'linear',
        coordinate_transformation_mode: places,
      })
      return b.nodes('Softmax', larger, 1)
    })
    expect(await raised(graph)).toEqual({ opset: 11, apart: 0 })
    expect(readOnnx(writeOnnx(graph)).nodes.map(({ op }) => op)).toEqual([
      'Resize',
      'Shape',
      'Flatten',
      'Softmax',
      'Reshape',
    ])
  })

  it.each([6, 27])('operator set %i is refused', opset => {
    const graph = model(opset, [4], 2, (b, x) => b.nodes('Relu', [x.name], 1))
    expect(() => readOnnx(writeOnnx(graph))).toThrow(
      `expected a model of ONNX operator set 7 to 26, found ${opset}`,
    )
  })

  it.each([
    [9, 5, {}, /statistics are read/],
    [7, 1, { spatial: 0 }, /one mean a cell/],
  ])('batch norm of %i with %i outputs and %o is refused', (opset, outputs, attributes, reason) => {
    const graph = model(opset, [4, 5, 6], 4, (b, x) => {
      const parameters = [b.positive([4]), b.weight([4]), b.weight([4]), b.positive([4])]
      return b.nodes('BatchNormalization', [x.name, ...parameters], outputs, attributes)
    })
    expect(() => readOnnx(writeOnnx(graph))).toThrow(reason)
  })
})

describe('a small convolutional net of every operator set', () => {
  it.each(Array.from({ length: 20 }, (_, i) => i + 7))('%i', async opset => {
    const graph = model(opset, [3, 8, 8], 2, (b, x) => {
      const layer = b.node('Conv', [x.name, b.weight([6, 3, 3, 3]), b.weight([6])], [])
      const parameters = [b.positive([6]), b.weight([6]), b.weight([6]), b.positive([6])]
      const normal = b.node('BatchNormalization', [layer.name, ...parameters], [])
      const positive = b.node('Relu', [normal.name], [])
      const pooled = b.node('MaxPool', [positive.name], [], { kernel_shape: [2, 2], strides: [2, 2] })
      const flat = b.node('Flatten', [b.node('GlobalAveragePool', [pooled.name], []).name], [])
      const classes = b.node('Gemm', [flat.name, b.weight([6, 4]), b.weight([4])], [])
      return b.nodes('Softmax', [classes.name], 1)
    })
    expect(await raised(graph)).toEqual({ opset: Math.max(opset, 18), apart: 0 })
    expect(channelGroups(readOnnx(writeOnnx(graph))).groups.map(({ size }) => size)).toEqual([6])
  })
})
