/**
 * Topologies that channels take unusual ways through. Each is held to the groups that follow from what the operators
 * mean, and to its masked twin in ONNX Runtime under random policies.
 */
import { describe, expect, it } from 'vitest'
import { countMacs } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { sliceGraph } from '../../src/graph/slice.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { observeShapes } from '../../src/runtime/observe.js'
import { Builder, type Value } from '../fixtures/random-graph/builder.js'
import { conv, gemm } from '../fixtures/random-graph/layers.js'
import {
  EACH,
  einsumAttention,
  HEADS,
  project,
  queries,
  TOKENS,
  transpose,
  visionTransformer,
  WIDTH,
} from '../fixtures/vision-transformer.js'
import { worstTwin } from '../fixtures/worst-twin.js'

const TOLERANCE = 1e-4

type Make = (b: Builder) => void

function build(make: Make): Graph {
  const b = new Builder(randomStream(5, 0, make.toString()))
  make(b)
  return b.graph()
}

const sizes = (graph: Graph) =>
  channelGroups(graph)
    .groups.map(({ size }) => size)
    .sort((x, y) => x - y)
const relu = (b: Builder, x: Value) => b.node('Relu', [x.name], x.shape)
const flat = (b: Builder, x: Value) => b.node('Flatten', [x.name], [x.shape.reduce((p, n) => p * n, 1)])

describe.each(Object.entries(queries))(
  'a vision transformer with queries, keys and values from %s',
  (_, qkv) => {
    const graph = build(b => visionTransformer(b, qkv))

    it('prunes heads, feed-forward widths and the residual width as one group', () => {
      expect(sizes(graph)).toEqual([HEADS, HEADS, WIDTH, 20, 20])
    })

    it('equals its masked twin', async () => {
      expect(await worstTwin(graph)).toBeLessThanOrEqual(TOLERANCE)
    })

    it('costs fewer multiplications by just what its groups say', () => {
      const { groups } = channelGroups(graph)
      const head = groups.find(({ size }) => size === HEADS)!
      const narrower = sliceGraph(graph, groups, new Map([[head.name, Int32Array.of(0, 2)]]))
      const dense = TOKENS * WIDTH * EACH
      expect(countMacs(graph) - countMacs(narrower)).toBe(4 * dense + 2 * TOKENS * TOKENS * EACH)
    })
  },
)

describe('attention by Einsum, as Keras writes it', () => {
  const graph = build(einsumAttention)

  it('prunes the heads and the residual width', async () => {
    expect(sizes(graph)).toEqual([HEADS, WIDTH])
    expect(await worstTwin(graph)).toBeLessThanOrEqual(TOLERANCE)
  })
})

const image = (b: Builder, channels: number) => relu(b, conv(b, b.input([3, 8, 8]), channels))
const classify = (b: Builder, x: Value) => b.output(gemm(b, flat(b, x), 4))

const cases: readonly (readonly [string, readonly number[], Make])[] = [
  [
    'channels shuffled by numbers written into the model keep as many in each part',
    [6, 7],
    b => {
      const x = image(b, 12)
      const apart = b.node('Reshape', [x.name, b.integers(-1, 2, 6, 8, 8)], [])
      const turned = b.node('Transpose', [apart.name], [], { perm: [0, 2, 1, 3, 4] })
      const back = b.node('Reshape', [turned.name, b.integers(-1, 12, 8, 8)], [12, 8, 8])
      classify(b, relu(b, conv(b, back, 7)))
    },
  ],
  [
    'halves of a split, one passed on and one convolved (ShuffleNet V2)',
    [3, 5, 5, 5],
    b => {
      const x = image(b, 10)
      const [left = '', right = ''] = b.nodes('Split', [x.name, b.integers(5, 5)], 2, { axis: 1 })
      const half = { name: right, shape: [5, 8, 8] }
      const worked = relu(b, conv(b, relu(b, conv(b, half, 3, { kernel: 1 })), 5, { kernel: 1 }))
      classify(b, b.node('Concat', [left, worked.name], [10, 8, 8], { axis: 1 }))
    },
  ],
  [
    'maps multiplied by a vector that the model computes keep their channels apart',
    [6],
    b => {
      const means = b.node('ReduceMean', [b.input([3, 8]).name], [8], { axes: [0, 1], keepdims: 0 })
      const rows = b.node('MatMul', [image(b, 6).name, means.name], [6, 8])
      b.output(gemm(b, flat(b, rows), 4))
    },
  ],
  [
    'a slice from the end by a negative bound',
    [4, 6],
    b => {
      const x = image(b, 10)
      const bounds = [[-4], [2 ** 31], [1]].map(bound => b.integers(...bound))
      const tail = b.node('Slice', [x.name, ...bounds], [4, 8, 8])
      const ends = [[0], [-4], [1]].map(bound => b.integers(...bound))
      const front = b.node('Slice', [x.name, ...ends], [6, 8, 8])
      b.output(gemm(b, flat(b, conv(b, tail, 1)), 2))
      b.output(gemm(b, flat(b, conv(b, front, 1)), 2))
    },
  ],
  [
    'channels picked by index, some twice',
    [2, 5],
    b => {
      const x = image(b, 8)
      const picked = b.node('Gather', [x.name, b.integers(5, -1, 5, 0, 7)], [5, 8, 8], { axis: 1 })
      classify(b, b.node('Concat', [picked.name, x.name], [13, 8, 8], { axis: 1 }))
    },
  ],
  [
    'one channel picked by number stays, the others go',
    [7],
    b => {
      const x = image(b, 8)
      const one = b.node('Gather', [x.name, b.integer(3)], [8, 8], { axis: 1 })
      b.output(gemm(b, flat(b, one), 2))
      classify(b, x)
    },
  ],
  [
    'blocks of channels become places (pixel shuffle)',
    [3, 5],
    b => {
      const wide = conv(b, image(b, 5), 12)
      const grown = b.node('DepthToSpace', [wide.name], [3, 16, 16], { blocksize: 2, mode: 'CRD' })
      classify(b, relu(b, grown))
    },
  ],
  [
    'places become channels',
    [4],
    b => {
      const deep = b.node('SpaceToDepth', [image(b, 4).name], [16, 4, 4], { blocksize: 2 })
      classify(b, conv(b, deep, 1))
    },
  ],
  [
    'resized to sizes that count the channels',
    [5],
    b => {
      const sizes = b.constant({ dtype: 'int64', shape: [4], data: BigInt64Array.of(2n, 5n, 16n, 16n) })
      const grown = b.node('Resize', [image(b, 5).name, '', '', sizes], [5, 16, 16], { mode: 'nearest' })
      classify(b, conv(b, grown, 1))
    },
  ],
  [
    'group norm as PyTorch exports it goes by whole groups',
    [3],
    b => {
      const x = conv(b, b.input([3, 8, 8]), 12)
      const groups = b.node('Reshape', [x.name, b.integers(0, 3, -1)], [3, 256])
      const normed = b.node('InstanceNormalization', [groups.name, b.positive([3]), b.weight([3])], [3, 256])
      const back = b.node('Reshape', [normed.name, b.node('Shape', [x.name], [4]).name], x.shape)
      const scaled = b.node('Mul', [back.name, b.positive([12, 1, 1])], x.shape)
      classify(b, relu(b, b.node('Add', [scaled.name, b.weight([12, 1, 1])], x.shape)))
    },
  ],
  [
    'the number of channels read by the model and used for a shape',
    [6, 9],
    b => {
      const x = image(b, 6)
      const [batch, channels] = [0, 1].map(axis => {
        const shape = b.node('Shape', [x.name], [4])
        return b.node('Gather', [shape.name, b.integers(axis)], [1], { axis: 0 }).name
      })
      const shape = b.node('Concat', [batch!, channels!, b.integers(64)], [3], { axis: 0 })
      const cells = b.node('Reshape', [x.name, shape.name], [6, 64])
      classify(b, relu(b, project(b, transpose(b, cells, 0, 2, 1), 9)))
    },
  ],
  [
    'branches joined along another axis keep the same channels',
    [5],
    b => {
      const x = b.input([3, 8, 8])
      const tall = b.node('Concat', [conv(b, x, 5).name, conv(b, x, 5).name], [5, 16, 8], { axis: 2 })
      classify(b, relu(b, tall))
    },
  ],
  [
    'grouped and depthwise transposed convolutions',
    [2, 3, 4],
    b => {
      const x = image(b, 8)
      const grown = b.node('ConvTranspose', [x.name, b.weight([8, 3, 2, 2], 8)], [6, 16, 16], {
        strides: [2, 2],
        group: 2,
      })
      const deep = relu(b, conv(b, relu(b, grown), 2))
      const spread = b.node('ConvTranspose', [deep.name, b.weight([2, 2, 2, 2], 4)], [4, 32, 32], {
        strides: [2, 2],
        group: 2,
      })
      b.output(gemm(b, b.node('ReduceMean', [spread.name], [4], { axes: [2, 3], keepdims: 0 }), 3))
    },
  ],
  [
    'channels merged with the batch and cut by index stay',
    [],
    b => {
      const cells = b.node('Reshape', [conv(b, b.input([3, 8, 8]), 6).name, b.integers(-1, 64)], [])
      const most = b.node('Slice', [cells.name, b.integers(0), b.integers(-2), b.integers(0)], [])
      b.output({
        name: b.node('ReduceSum', [most.name, b.integers(0, 1)], [], { keepdims: 1 }).name,
        shape: [1],
      })
    },
  ],
  [
    'a recurrent layer reads channels that can go, and keeps its state',
    [6],
    b => {
      const cells = b.node('Reshape', [image(b, 6).name, b.integers(0, 6, 64)], [6, 64])
      const steps = transpose(b, cells, 2, 0, 1)
      const weights = [b.weight([2, 15, 6], 6), b.weight([2, 15, 5], 5)]
      const [all = ''] = b.nodes('GRU', [steps.name, ...weights], 1, {
        hidden_size: 5,
        direction: 'bidirectional',
      })
      const last = b.node('ReduceMean', [all], [10], { axes: [0, 1], keepdims: 0 })
      b.output(gemm(b, { ...last, shape: [5] }, 3))
    },
  ],
]

describe('channels', () => {
  it.each(cases)('%s', async (_, expected, make) => {
    const graph = build(make)
    expect(sizes(graph)).toEqual(expected)
    expect(await worstTwin(graph)).toBeLessThanOrEqual(TOLERANCE)
  })
})

describe('an operator that is not understood', () => {
  const graph = build(b => {
    const x = image(b, 6)
    const odd = b.node('Trilu', [conv(b, x, 8).name], [8, 8, 8])
    classify(b, relu(b, conv(b, odd, 5)))
  })

  it('freezes what it touches and says so', async () => {
    const seen = await observeShapes(graph)
    expect(sizes(seen)).toEqual([5, 6])
    expect(channelGroups(seen).frozen.map(({ reason }) => reason)).toContain(
      'Trilu_3: operator Trilu is not understood',
    )
    expect(await worstTwin(seen)).toBeLessThanOrEqual(TOLERANCE)
  })

  it('freezes all behind it where its shape was not observed', () => {
    expect(sizes(graph)).toEqual([6])
  })
})
