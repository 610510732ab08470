/**
 * Values and constants that are read in a way that is easily overlooked: to cut them as their other readers allow would
 * give another function, or none that runs.
 */
import { describe, expect, it } from 'vitest'
import { channelGroups } from '../../../src/graph/groups.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { observeShapes } from '../../../src/runtime/observe.js'
import { fault } from '../../fixtures/fault.js'
import { Builder, type Value } from '../../fixtures/random-graph/builder.js'
import { conv, gemm } from '../../fixtures/random-graph/layers.js'
import { worstTwin } from '../../fixtures/worst-twin.js'

const relu = (b: Builder, x: Value) => b.node('Relu', [x.name], x.shape)
const flat = (b: Builder, x: Value) => b.node('Flatten', [x.name], [x.shape.reduce((p, n) => p * n, 1)])
const image = (b: Builder, channels: number) => relu(b, conv(b, b.input([3, 8, 8]), channels))
const classify = (b: Builder, x: Value) => b.output(gemm(b, flat(b, x), 4))
const layerBehind = (b: Builder, x: Value) => classify(b, conv(b, x, 3, { kernel: 1 }))
const means = (b: Builder, x: Value) =>
  b.node('ReduceMean', [x.name], [x.shape[0]!], { axes: [2, 3], keepdims: 0 })
const meanOfBatch = (b: Builder, x: Value) =>
  b.node('ReduceMean', [x.name], [x.shape[0]!], { axes: [0, 2, 3], keepdims: 0 })
const turned = (b: Builder, x: Value, ...perm: readonly number[]) =>
  b.node('Transpose', [x.name], [8, 8, 8], { perm })
/** Whole numbers between 0 and 3. */
const places = (b: Builder, x: Value) => {
  const between = b.node('Clip', [means(b, x).name, b.scalar(0), b.scalar(3)], [])
  return b.node('Cast', [between.name], [], { to: 7 }).name
}
/** The batch, whatever it is, and two sizes written into the model, in one list. */
const target = (b: Builder, x: Value) => {
  const shape = b.node('Shape', [x.name], [])
  const batch = b.node('Gather', [shape.name, b.integers(0)], [], { axis: 0 })
  return b.node('Concat', [batch.name, b.integers(6, 64)], [], { axis: 0 }).name
}
const classifyBoth = (b: Builder, x: Value, y: Value) => {
  classify(b, x)
  classify(b, y)
}

type Make = (b: Builder) => void

/** By what is easily overlooked: the sizes of the groups that are left, and the graph. */
const cases: Readonly<Record<string, readonly [readonly number[], Make]>> = {
  'what a Gemm adds is computed': [
    [5, 5, 6],
    b => {
      const x = means(b, image(b, 6))
      const sum = b.node('Gemm', [gemm(b, x, 5).name, b.weight([5, 5], 5), gemm(b, x, 5).name], [5])
      b.output(gemm(b, sum, 3))
    },
  ],
  'the bias of a convolution is computed': [
    [6],
    b => {
      const x = image(b, 6)
      const weights = [b.weight([6, 6, 1, 1], 6), meanOfBatch(b, x).name]
      classify(b, b.node('Conv', [x.name, ...weights], [6, 8, 8]))
    },
  ],
  'the scale of a norm is computed': [
    [6],
    b => {
      const [x, style] = [image(b, 6), meanOfBatch(b, image(b, 6))]
      classify(b, b.node('InstanceNormalization', [x.name, style.name, b.weight([6])], [6, 8, 8]))
    },
  ],
  'one constant is added along two axes': [
    [3, 3],
    b => {
      const positions = b.weight([8, 8])
      for (const perm of [
        [0, 2, 1, 3],
        [0, 2, 3, 1],
      ]) {
        const x = turned(b, image(b, 8), ...perm)
        const sum = b.node('Add', [x.name, positions], x.shape)
        layerBehind(b, turned(b, sum, ...perm.map((_, axis) => perm.indexOf(axis))))
      }
    },
  ],
  'a weight is turned over by the model': [
    [],
    b => {
      const table = b.weight([12, 6], 6)
      const x = b.node('Gemm', [b.input([6]).name, table], [12], { transB: 1 })
      const back = b.node('Transpose', [table], [])
      b.output(b.node('MatMul', [gemm(b, relu(b, x), 6).name, back.name], [12]))
    },
  ],
  'a weight is an output': [
    [],
    b => {
      const weight = b.weight([6, 5], 6)
      const x = b.node('MatMul', [means(b, image(b, 6)).name, weight], [5])
      b.output(gemm(b, x, 3))
      b.output({ name: weight, shape: [] })
    },
  ],
  'a split into single channels has no sizes': [
    [3],
    b => {
      const parts = b.nodes('Split', [image(b, 4).name], 4, { axis: 1 })
      layerBehind(b, b.node('Concat', parts, [4, 8, 8], { axis: 1 }))
    },
  ],
  'the places of the largest count through all channels': [
    [3, 3],
    b => {
      const [largest = '', at = ''] = b.nodes('MaxPool', [image(b, 6).name], 2, {
        kernel_shape: [2, 2],
        strides: [2, 2],
      })
      layerBehind(b, { name: largest, shape: [6, 4, 4] })
      layerBehind(b, b.node('Cast', [at], [6, 4, 4], { to: 1 }))
    },
  ],
  'a pad moves channels on': [
    [3],
    b => layerBehind(b, b.node('Pad', [image(b, 6).name, b.integers(0, 1, 0, 0, 0, -1, 0, 0)], [6, 8, 8])),
  ],
  'rows of a table are picked by channels': [
    [5],
    b => classify(b, b.node('Gather', [b.weight([4, 5]), places(b, image(b, 6))], [6, 5])),
  ],
  'a number counts channels in one place and something else in another': [
    [],
    b => {
      const [x, y] = [image(b, 6), b.input([6, 64])]
      const shape = target(b, x)
      const [left, right] = [x, y].map(value => b.node('Reshape', [value.name, shape], [6, 64]))
      classifyBoth(b, left!, right!)
    },
  ],
  'a number counts channels in one place and fills a constant in another': [
    [],
    b => {
      const [x, y] = [image(b, 6), b.input([6, 64])]
      const shape = target(b, x)
      const zeros = b.node('ConstantOfShape', [shape], [6, 64])
      const sum = b.node('Add', [y.name, zeros.name], [6, 64])
      classifyBoth(b, b.node('Reshape', [x.name, shape], [6, 64]), sum)
    },
  ],
  'an operand is as long as one of two axes of channels': [
    [5],
    b => {
      const x = gemm(b, b.input([7]), 40)
      const apart = b.node('Reshape', [x.name, b.integers(0, 5, 8)], [5, 8])
      const row = b.node('Unsqueeze', [b.input([8]).name, b.integers(1)], [1, 8])
      const sum = b.node('Add', [apart.name, row.name], [5, 8])
      b.output(gemm(b, b.node('Reshape', [sum.name, b.integers(0, 40)], [40]), 3))
    },
  ],
  'a constant along other axes leaves the channels alone': [
    [3, 12],
    b => layerBehind(b, b.node('Add', [image(b, 12).name, b.weight([8])], [12, 8, 8])),
  ],
  'a shape that was only seen': [
    [3, 6],
    b => {
      const x = image(b, 6)
      const shape = b.node('Slice', [b.node('Shape', [x.name], []).name, b.integers(2), b.integers(4)], [])
      const factors = b.node('Div', [b.node('Cast', [shape.name], [], { to: 1 }).name, b.scalar(4)], [])
      const all = b.node('Concat', [b.positive([0]), b.positive([0]), factors.name], [], { axis: 0 })
      const grown = b.node('Resize', [relu(b, conv(b, x, 4)).name, '', all.name], [4, 16, 16], {
        axes: [2, 3],
      })
      layerBehind(b, grown)
    },
  ],
}

function build(make: Make): Graph {
  const b = new Builder(randomStream(8, 0, make.toString()))
  make(b)
  // Which shape an output has is for the runtime to find.
  return { ...b.graph(), opset: 17, outputs: b.graph().outputs.map(output => ({ ...output, shape: null })) }
}

describe('what is easily overlooked', () => {
  it.each(Object.entries(cases))('%s', async (name, [expected, make]) => {
    const built = build(make)
    const graph = await observeShapes(name === 'a shape that was only seen' ? { ...built, opset: 18 } : built)
    const sizes = channelGroups(graph).groups.map(({ size }) => size)
    expect(sizes.toSorted((x, y) => x - y)).toEqual(expected)
    expect(await fault(graph, 3)).toBeUndefined()
  })

  it.each([
    ['how many channels there are', 'v2_0'],
    ['a shape that counts them', 'c2'],
  ])('a sub-graph reads %s', (_, captured) => {
    const graph = build(b => {
      const x = b.node('Conv', [b.input([3, 8, 8]).name, b.weight([6, 3, 1, 1]), b.weight([6])], [6, 8, 8])
      const cells = b.node('Reshape', [x.name, b.integers(-1, 6, 64)], [6, 64])
      b.node('Shape', [x.name], [])
      b.output(b.node('If', [b.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(1) })], []))
      classify(b, cells)
    })
    const outer = { kind: 'opaque', bytes: new Uint8Array(), captures: [captured] } as const
    const nodes = graph.nodes.map(node => (node.op === 'If' ? { ...node, attributes: { outer } } : node))
    expect(channelGroups(graph).groups.map(({ size }) => size)).toEqual([6])
    expect(channelGroups({ ...graph, nodes }).groups).toEqual([])
  })

  it.each([
    [0, 1],
    [1, 0],
  ])('a square weight that is read with transB %i, then %i', async (...ways) => {
    const graph = build(b => {
      const weight = b.weight([6, 6], 6)
      let x = b.node('Gemm', [b.input([4]).name, b.weight([4, 6], 4), b.weight([6])], [6])
      for (const transB of ways) {
        const bent = b.node('Sigmoid', [x.name], [6])
        x = b.node('Gemm', [bent.name, weight, b.weight([6])], [6], { transB })
      }
      b.output(b.node('Gemm', [x.name, b.weight([6, 3], 6), b.weight([3])], [3]))
    })
    expect(channelGroups(graph).groups.map(({ size }) => size)).toEqual([6, 6])
    expect(await worstTwin(graph)).toBeLessThanOrEqual(1e-4)
  })

  it('an output that is a mask keeps all channels', () => {
    const graph = build(b => {
      const [dropped = '', mask = ''] = b.nodes('Dropout', [image(b, 6).name], 2)
      layerBehind(b, { name: dropped, shape: [6, 8, 8] })
      b.output({ name: mask, shape: [] })
    })
    expect(channelGroups(graph).groups.map(({ size }) => size)).toEqual([3])
  })

  it('a value without elements is no trap', () => {
    const graph = build(b => {
      const x = image(b, 5)
      const none = b.node('Slice', [x.name, b.integers(0), b.integers(0), b.integers(3)], [5, 8, 0])
      b.output(b.node('Reshape', [none.name, b.integers(1, 0, 5)], [0, 5], { allowzero: 1 }))
      layerBehind(b, x)
    })
    expect(channelGroups(graph).groups.map(({ size }) => size)).toEqual([3])
  })
})
