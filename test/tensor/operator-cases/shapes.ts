import { int64Tensor } from '../../../src/graph/tensor.js'
import { integers } from '../graph-of.js'
import { type Case, c, map, one, positive, square } from './case.js'

const statistics = [c(4), c(4), c(4), positive(4)]

const reductions = [
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
]
  .concat(['ReduceSumSquare'])
  .flatMap(op => [
    one(op, square, { axes: [2, 3] }),
    one(op, square, { axes: [1], keepdims: 0 }),
    one(op, square, { axes: [-1, 1], keepdims: 0 }),
    // A product of 64 numbers is smaller than float32 holds with all its digits.
    ...(op === 'ReduceProd' ? [] : [one(op, square, { keepdims: 0 })]),
    one(op, [4, 4], { axes: [1] }),
  ])

const summed = [
  one('ReduceSum', square, {}, [integers(2, 3)]),
  one('ReduceSum', square, { keepdims: 0 }, [integers(1)]),
  one('ReduceMean', square, {}, [integers(2, 3)], { opset: 18 }),
  {
    name: 'ReduceLogSum',
    sample: square,
    steps: [{ op: 'Exp' }, { op: 'ReduceLogSum', attributes: { axes: [1] } }],
  },
]

const softmaxes = ['Softmax', 'LogSoftmax', 'LpNormalization'].flatMap(op => [
  one(op, square, { axis: 1 }),
  one(op, square, { axis: 2 }),
  one(op, square),
  one(op, [6]),
])

const reshapes = [
  one('Flatten', map),
  one('Flatten', map, { axis: 2 }),
  one('Reshape', map, {}, [integers(0, -1)]),
  one('Reshape', map, {}, [integers(-1, 6)]),
  one('Reshape', [24], {}, [integers(-1, 2, 3, 4)]),
  one('Squeeze', [3, 1, 5], {}, [integers(2)]),
  one('Unsqueeze', [3, 5], {}, [integers(-1, 1)]),
  one('Transpose', map, { perm: [0, 1, 3, 2] }),
  one('Transpose', map, { perm: [3, 1, 0, 2] }),
  one('Transpose', map),
  {
    name: 'Transpose to channels last and back',
    sample: map,
    steps: [
      { op: 'Transpose', attributes: { perm: [0, 2, 3, 1] } },
      { op: 'Sigmoid' },
      { op: 'Transpose', attributes: { perm: [0, 3, 1, 2] } },
    ],
  },
  {
    name: 'channel shuffle',
    sample: [4, 3, 5],
    steps: [
      { op: 'Reshape', constants: [integers(0, 2, 2, 3, 5)] },
      { op: 'Transpose', attributes: { perm: [0, 2, 1, 3, 4] } },
      { op: 'Reshape', constants: [integers(0, 4, 3, 5)] },
    ],
  },
  one('Concat', square, { axis: 1 }, [c(2, 3, 4, 4)]),
  one('Concat', square, { axis: -2 }, [c(2, 4, 3, 4)]),
  one('Concat', square, { axis: 0 }, [c(1, 4, 4, 4)]),
  one('Expand', [4, 1, 3], {}, [integers(2, 1, 4, 5, 3)]),
  one('Tile', map, {}, [integers(1, 2, 1, 3)]),
]

const slices: readonly Case[] = [
  {
    name: 'Split of channels',
    sample: [7, 4, 4],
    steps: [{ op: 'Split', constants: [integers(3, 4)], attributes: { axis: 1 }, outputs: 2 }],
  },
  {
    name: 'Split in equal parts',
    sample: [4, 7],
    steps: [{ op: 'Split', attributes: { axis: -1, num_outputs: 2 }, outputs: 2 }],
    opset: 18,
  },
  one('Split', map, { axis: 2 }, [integers(7)]),
  one('Slice', map, {}, [integers(1, -6), integers(2 ** 31, 5), integers(1, 2)]),
  one('Slice', map, {}, [integers(-1), integers(-(2 ** 31)), integers(3), integers(-2)]),
  one('Slice', map, {}, [integers(0), integers(5), integers(2), integers(3)]),
  one('Gather', map, { axis: 1 }, [integers(2, -3, 2)]),
  one('Gather', map, { axis: 2 }, [int64Tensor([], [4])]),
  one('Gather', map, { axis: 3 }, [int64Tensor([2, 2], [1, 1, 5, 0])]),
  one('GatherElements', [3, 4], { axis: 2 }, [int64Tensor([2, 3, 2], [0, 1, 2, 3, 0, 0, 1, 1, 2, 2, 3, -1])]),
  one('ScatterElements', [3, 4], { axis: 1 }, [int64Tensor([2, 1, 4], [0, 1, 2, 0, 2, 2, 1, 1]), c(2, 1, 4)]),
  one('ScatterND', [3, 4], {}, [int64Tensor([3, 2], [0, 1, 1, 2, 0, -1]), c(3, 4)]),
  one('CumSum', [3, 4], {}, [int64Tensor([], [1])]),
  one('CumSum', [3, 4], { exclusive: 1, reverse: 1 }, [int64Tensor([], [2])]),
  { name: 'TopK', sample: [3, 6], steps: [{ op: 'TopK', constants: [integers(3)], outputs: 2 }] },
  {
    name: 'TopK of the smallest',
    sample: [5, 3],
    steps: [{ op: 'TopK', constants: [integers(2)], attributes: { axis: 1, largest: 0 }, outputs: 2 }],
  },
  one('Hardmax', [6], {}, [], { jumps: true }),
  {
    name: 'ArgMax, Gather of a table',
    sample: [3, 6],
    steps: [
      { op: 'ArgMax', attributes: { axis: 2, keepdims: 0 } },
      { op: 'Gather', constants: [c(6, 4)], before: true },
    ],
    jumps: true,
  },
  {
    name: 'ArgMin, Cast',
    sample: map,
    steps: [
      { op: 'ArgMin', attributes: { axis: 1 } },
      { op: 'Cast', attributes: { to: 1 } },
    ],
    jumps: true,
  },
]

const sizes: readonly Case[] = [
  {
    name: 'Shape, ConstantOfShape',
    sample: map,
    steps: [{ op: 'Shape' }, { op: 'ConstantOfShape' }],
    jumps: true,
  },
  {
    name: 'Shape, Cast',
    sample: map,
    steps: [{ op: 'Shape' }, { op: 'Cast', attributes: { to: 1 } }, { op: 'Sqrt' }],
    jumps: true,
  },
]

const ranges: readonly Case[] = [
  {
    name: 'Range by a size',
    sample: map,
    steps: [
      { op: 'Shape' },
      { op: 'Gather', constants: [int64Tensor([], [1])] },
      { op: 'Range', constants: [int64Tensor([], [1]), int64Tensor([], [12])], before: true },
      { op: 'Cast', attributes: { to: 1 } },
    ],
    jumps: true,
  },
]

const products: readonly Case[] = [
  one('Gemm', [5], { transB: 1, alpha: 0.5, beta: 2 }, [c(3, 5), c(3)]),
  one('Gemm', [5], {}, [c(5, 3), c(2, 3)]),
  one('Gemm', [5], {}, [c(5, 3)]),
  one('Gemm', [5], { transA: 1 }, [c(2, 3)]),
  one('MatMul', [4, 5], {}, [c(5, 3)]),
  one('MatMul', [4, 5], {}, [c(2, 5, 3)]),
  one('MatMul', [2, 4, 5], {}, [c(2, 5, 3)]),
  one('MatMul', [4, 5], {}, [c(3, 1, 5, 3)]),
  one('MatMul', [60, 50], {}, [c(2, 50, 50)]),
  one('MatMul', [4, 5], {}, [c(5)]),
  {
    name: 'MatMul from the left',
    sample: [4, 5],
    steps: [{ op: 'MatMul', constants: [c(3, 4)], before: true }],
  },
  {
    name: 'MatMul of a vector from the left',
    sample: [4, 5],
    steps: [{ op: 'MatMul', constants: [c(4)], before: true }],
  },
  one('Einsum', [4, 5], { equation: 'btd,dhk->bthk' }, [c(5, 2, 3)]),
  one('Einsum', [4, 2, 3], { equation: 'bqhk,hkd->bqd' }, [c(2, 3, 5)]),
  one('Einsum', [4, 5], { equation: 'btd,bsd->bts' }, [c(2, 3, 5)]),
  one('Einsum', [4, 5], { equation: 'btd,sk->kb' }, [c(2, 3)]),
]

const normalizations: readonly Case[] = [
  one('BatchNormalization', square, {}, statistics),
  one('BatchNormalization', [4], {}, statistics),
  one('BatchNormalization', [4, 5], {}, statistics),
  {
    ...one('BatchNormalization', square),
    name: 'BatchNormalization, Relu',
    steps: [{ op: 'BatchNormalization', constants: statistics }, { op: 'Relu' }],
  },
  one('LayerNormalization', square, { axis: -1 }, [c(4), c(4)]),
  one('LayerNormalization', square, { axis: 1, epsilon: 0.1 }, [c(4, 4, 4)]),
  one('InstanceNormalization', square, {}, [c(4), c(4)]),
  one('InstanceNormalization', [4, 5], { epsilon: 0.1 }, [c(4), c(4)]),
  one('GroupNormalization', square, { num_groups: 2 }, [c(2), c(2)], { opset: 18 }),
  one('GroupNormalization', square, { num_groups: 2 }, [c(4), c(4)], { opset: 21 }),
  one('MeanVarianceNormalization', square),
  one('LRN', square, { size: 3, alpha: 0.5, beta: 0.7, bias: 1.5 }),
]

export const shapes: readonly Case[] = [
  ...reductions,
  ...summed,
  ...softmaxes,
  ...reshapes,
  ...slices,
  ...sizes,
  ...ranges,
  ...products,
  ...normalizations,
]
