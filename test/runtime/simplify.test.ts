import { describe, expect, it } from 'vitest'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { channelGroups } from '../../src/graph/groups.js'
import { int64Tensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { simplify } from '../../src/runtime/simplify.js'
import { Builder, type Value } from '../fixtures/random-graph/builder.js'
import { conv, gemm } from '../fixtures/random-graph/layers.js'
import { outputsOf, relativeDifference } from '../fixtures/twin.js'
import { noiseInputs, worstTwin } from '../fixtures/worst-twin.js'

const TOLERANCE = 1e-5

function build(make: (b: Builder) => void): Graph {
  const b = new Builder(randomStream(8, 0, make.toString()))
  make(b)
  return b.graph()
}

const ops = (graph: Graph) => graph.nodes.map(({ op }) => op)
const classify = (b: Builder, x: Value) =>
  b.output(gemm(b, b.node('Flatten', [x.name], [x.shape.reduce((p, n) => p * n, 1)]), 3))

async function sameFunction(graph: Graph, simple: Graph): Promise<void> {
  const inputs = noiseInputs(graph)
  const [found, expected] = await Promise.all([simple, graph].map(each => outputsOf(writeOnnx(each), inputs)))
  expect(relativeDifference(found!, expected!)).toBeLessThanOrEqual(TOLERANCE)
}

/** Half the channels by arithmetic on the value's own shape, as PyTorch writes `x.chunk(2, 1)` for an open batch. */
function halves(b: Builder, x: Value): readonly [Value, Value] {
  const channels = b.node('Gather', [b.node('Shape', [x.name], [4]).name, b.integers(1)], [1])
  const half = b.node('Div', [channels.name, b.integers(2)], [1])
  const cut = (start: string, end: string, size: number) =>
    b.node('Slice', [x.name, start, end, b.integers(1)], [size, ...x.shape.slice(1)])
  return [cut(b.integers(0), half.name, x.shape[0]! / 2), cut(half.name, channels.name, x.shape[0]! / 2)]
}

describe('a simplified model', () => {
  it('has sizes that no batch changes as constants, so that halves of channels can go apart', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 8, 8]), 8)
      const [left, right] = halves(b, x)
      const deeper = conv(b, right, 5)
      classify(b, b.node('Concat', [left.name, deeper.name], [9, 8, 8], { axis: 1 }))
    })
    const simple = await simplify(graph)
    expect(ops(simple)).toEqual(['Conv', 'Slice', 'Slice', 'Conv', 'Concat', 'Flatten', 'Gemm'])
    await sameFunction(graph, simple)
    expect(channelGroups(simple).groups.map(({ size }) => size)).toEqual([4, 4, 5])
    expect(await worstTwin(simple)).toBeLessThanOrEqual(1e-4)
  })

  it('leaves the batch open where sizes are made of it', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 4, 4]), 6)
      const batch = b.node('Gather', [b.node('Shape', [x.name], [4]).name, b.integers(0)], [1])
      const target = b.node('Concat', [batch.name, b.integers(96)], [2], { axis: 0 })
      b.output(gemm(b, b.node('Reshape', [x.name, target.name], [96]), 3))
    })
    const simple = await simplify(graph)
    expect(ops(simple)).toEqual(['Conv', 'Reshape', 'Gemm'])
    await sameFunction(graph, simple)
  })

  it('has expressions over constants as constants', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 4, 4]), 6)
      const table = b.node('Range', [b.integer(5), b.integer(-1), b.integer(-1)], [6])
      const turned = b.node('Gather', [x.name, table.name], x.shape, { axis: 1 })
      const scale = b.node('Mul', [b.weight([6, 1, 1]), b.weight([1])], [6, 1, 1])
      classify(b, b.node('Mul', [turned.name, scale.name], x.shape))
    })
    const simple = await simplify(graph)
    expect(ops(simple)).toEqual(['Conv', 'Gather', 'Mul', 'Flatten', 'Gemm'])
    await sameFunction(graph, simple)
    expect(await worstTwin(simple)).toBeLessThanOrEqual(1e-4)
  })

  it('leaves an expression that would make the file larger', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 256, 256]), 2)
      const ones = b.node('ConstantOfShape', [b.constant(int64Tensor([3], [2, 256, 256]))], x.shape)
      const table = b.node('Exp', [ones.name], x.shape)
      const mean = b.node('ReduceMean', [b.node('Add', [x.name, table.name], x.shape).name], [2], {
        axes: [2, 3],
        keepdims: 0,
      })
      b.output(gemm(b, mean, 3))
    })
    const simple = await simplify(graph)
    expect(ops(simple)).toContain('Exp')
    await sameFunction(graph, simple)
  })

  it('weighs nothing with ones that are made in the shape of the batch', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 4, 4]), 6)
      const scalars = [b.scalar(1), b.scalar(0)] as const
      const like = (number: string) =>
        b.node('Expand', [number, b.node('Shape', [x.name], [4]).name], x.shape).name
      const [ones, zeros] = [like(scalars[0]), like(scalars[1])]
      const sum = (name: string) => b.node('ReduceSum', [name, b.integers(2, 3)], [6, 1, 1]).name
      const weight = sum(b.node('Add', [ones, zeros], x.shape).name)
      const mean = b.node('Div', [sum(b.node('Mul', [ones, x.name], x.shape).name), weight], [6, 1, 1]).name
      const none = b.node('Equal', [weight, scalars[1]], [6, 1, 1]).name
      const safe = b.node('Where', [none, scalars[1], mean], [6, 1, 1]).name
      classify(b, b.node('Sub', [x.name, safe], x.shape))
    })
    const simple = await simplify(graph)
    expect(ops(simple)).toEqual(['Conv', 'ReduceSum', 'Div', 'Sub', 'Flatten', 'Gemm'])
    await sameFunction(graph, simple)
    expect(channelGroups(simple).groups.map(({ size }) => size)).toEqual([6])
    expect(await worstTwin(simple)).toBeLessThanOrEqual(1e-4)
  })

  it('keeps ones that make a value larger', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 4, 4]), 6)
      const ones = b.node('Expand', [b.scalar(1), b.node('Shape', [x.name], [4]).name], x.shape).name
      const mean = b.node('GlobalAveragePool', [x.name], [6, 1, 1]).name
      classify(b, b.node('Mul', [mean, ones], x.shape))
    })
    const simple = await simplify(graph)
    expect(ops(simple)).toContain('Expand')
    await sameFunction(graph, simple)
  })

  it('knows the shape behind an operator that is not understood', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 4, 4]), 6)
      const odd = b.node('Trilu', [x.name], x.shape)
      classify(b, conv(b, odd, 4))
    })
    const simple = await simplify(graph)
    expect(simple.observed?.get('v1_0')).toEqual([1, 6, 4, 4])
    expect(channelGroups(simple).groups.map(({ size }) => size)).toEqual([4])
  })
})
