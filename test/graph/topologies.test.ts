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
import { worstTwin } from '../fixtures/worst-twin.js'

const TOLERANCE = 1e-4
const [TOKENS, WIDTH, HEADS, EACH] = [5, 12, 3, 4]

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
const add = (b: Builder, x: Value, y: Value) => b.node('Add', [x.name, y.name], x.shape)
const flat = (b: Builder, x: Value) => b.node('Flatten', [x.name], [x.shape.reduce((p, n) => p * n, 1)])

/** A dense layer over the last axis of [tokens, in], as PyTorch exports it. */
function project(b: Builder, x: Value, out: number): Value {
  const inputs = x.shape.at(-1)!
  const made = b.node('MatMul', [x.name, b.weight([inputs, out], inputs)], [...x.shape.slice(0, -1), out])
  return b.node('Add', [b.weight([out]), made.name], made.shape)
}

const reshape = (b: Builder, x: Value, ...to: readonly number[]) =>
  b.node('Reshape', [x.name, b.integers(...to)], to.slice(1))
const transpose = (b: Builder, x: Value, ...perm: readonly number[]) =>
  b.node(
    'Transpose',
    [x.name],
    perm.slice(1).map(axis => x.shape[axis - 1]!),
    { perm },
  )

/** softmax(q k') v over [heads, tokens, each], then the heads side by side again and a dense layer. */
function attend(b: Builder, q: Value, k: Value, v: Value): Value {
  const scores = b.node('MatMul', [q.name, transpose(b, k, 0, 1, 3, 2).name], [HEADS, TOKENS, TOKENS])
  const scaled = b.node('Mul', [scores.name, b.scalar(0.5)], scores.shape)
  const shares = b.node('Softmax', [scaled.name], scores.shape, { axis: -1 })
  const mixed = b.node('MatMul', [shares.name, v.name], [HEADS, TOKENS, EACH])
  return project(b, reshape(b, transpose(b, mixed, 0, 2, 1, 3), 0, TOKENS, HEADS * EACH), WIDTH)
}

const norm = (b: Builder, x: Value) =>
  b.node('LayerNormalization', [x.name, b.positive([WIDTH]), b.weight([WIDTH])], x.shape, { axis: -1 })

const heads = (b: Builder, x: Value) => transpose(b, reshape(b, x, 0, TOKENS, HEADS, EACH), 0, 2, 1, 3)

/** Three ways to come from tokens to queries, keys and values. */
const queries: Readonly<Record<string, (b: Builder, x: Value) => readonly [Value, Value, Value]>> = {
  'three dense layers': (b, x) => [
    heads(b, project(b, x, HEADS * EACH)),
    heads(b, project(b, x, HEADS * EACH)),
    heads(b, project(b, x, HEADS * EACH)),
  ],
  'one dense layer, split': (b, x) => {
    const all = project(b, x, 3 * HEADS * EACH)
    const part = HEADS * EACH
    const names = b.nodes('Split', [all.name, b.integers(part, part, part)], 3, { axis: 2 })
    const [q, k, v] = names.map(name => heads(b, { name, shape: [TOKENS, part] }))
    return [q!, k!, v!]
  },
  'one dense layer, an axis of three': (b, x) => {
    const all = reshape(b, project(b, x, 3 * HEADS * EACH), 0, TOKENS, 3, HEADS, EACH)
    const turned = b.node('Transpose', [all.name], [], { perm: [2, 0, 3, 1, 4] })
    const [q, k, v] = [0, 1, 2].map(i =>
      b.node('Gather', [turned.name, b.integer(i)], [HEADS, TOKENS, EACH], { axis: 0 }),
    )
    return [q!, k!, v!]
  },
}

/** Tokens of an image: patches by a convolution, a class token, learned positions. */
function tokensOf(b: Builder): Value {
  const picture = b.input([3, 8, 8])
  const patches = conv(b, picture, WIDTH, { kernel: 1, stride: 4, bias: true })
  const tokens = transpose(b, reshape(b, patches, 0, WIDTH, -1), 0, 2, 1)
  // A class token for every sample of the batch, however many there are.
  const grey = b.node('ReduceMean', [picture.name], [], { axes: [1, 2], keepdims: 1 })
  const each = b.node('ReduceMean', [grey.name], [1, 1], { axes: [3], keepdims: 0 })
  const zero = b.node('Mul', [each.name, b.scalar(0)], each.shape)
  const token = b.node('Add', [zero.name, b.weight([1, 1, WIDTH])], [1, WIDTH])
  const all = b.node('Concat', [token.name, tokens.name], [TOKENS, WIDTH], { axis: 1 })
  return b.node('Add', [all.name, b.weight([1, TOKENS, WIDTH])], all.shape)
}

describe.each(Object.entries(queries))(
  'a vision transformer with queries, keys and values from %s',
  (_, qkv) => {
    const graph = build(b => {
      let x = tokensOf(b)
      for (let block = 0; block < 2; block++) {
        x = add(b, x, attend(b, ...qkv(b, norm(b, x))))
        const wide = project(b, norm(b, x), 20)
        const half = b.node('Mul', [wide.name, b.node('Sigmoid', [wide.name], wide.shape).name], wide.shape)
        x = add(b, x, project(b, half, WIDTH))
      }
      const first = b.node('Gather', [norm(b, x).name, b.integer(0)], [WIDTH], { axis: 1 })
      b.output(gemm(b, first, 4))
    })

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
  const einsum = (b: Builder, equation: string, x: Value, y: Value, shape: readonly number[]) =>
    b.node('Einsum', [x.name, y.name], shape, { equation })
  const graph = build(b => {
    const x = tokensOf(b)
    const into = (): Value => ({ name: b.weight([WIDTH, HEADS, EACH], WIDTH), shape: [] })
    const wide = () => {
      const made = einsum(b, 'btd,dhk->bthk', x, into(), [TOKENS, HEADS, EACH])
      return b.node('Add', [made.name, b.weight([HEADS, EACH])], made.shape)
    }
    const scores = einsum(b, 'bqhk,bshk->bhqs', wide(), wide(), [HEADS, TOKENS, TOKENS])
    const shares = b.node('Softmax', [scores.name], scores.shape, { axis: -1 })
    const mixed = einsum(b, 'bhqs,bshk->bqhk', shares, wide(), [TOKENS, HEADS, EACH])
    const out: Value = { name: b.weight([HEADS, EACH, WIDTH], WIDTH), shape: [] }
    const y = add(b, x, einsum(b, 'bqhk,hkd->bqd', mixed, out, [TOKENS, WIDTH]))
    const first = b.node('Gather', [y.name, b.integer(0)], [WIDTH], { axis: 1 })
    b.output(gemm(b, first, 4))
  })

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
