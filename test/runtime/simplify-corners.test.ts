/** A simplified model computes what the model computes, whatever the batch. */
import { describe, expect, it } from 'vitest'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { channelGroups } from '../../src/graph/groups.js'
import { int64Tensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { foldExpressions } from '../../src/runtime/fold-expressions.js'
import { openSession } from '../../src/runtime/session.js'
import { simplify } from '../../src/runtime/simplify.js'
import { simplifiedDifference } from '../fixtures/fault.js'
import { Builder, type Value } from '../fixtures/random-graph/builder.js'
import { conv } from '../fixtures/random-graph/layers.js'

type Make = (b: Builder) => void

function build(make: Make): Graph {
  const b = new Builder(randomStream(10, 0, make.toString()))
  make(b)
  return b.graph()
}

const asFloats = (b: Builder, name: string) => b.node('Cast', [name], [], { to: 1 }).name
const sizeOf = (b: Builder, x: Value, axis: number) =>
  b.node('Gather', [b.node('Shape', [x.name], []).name, b.integers(axis)], [], { axis: 0 })

const tables: Readonly<Record<string, (b: Builder) => string>> = {
  'differences of all pairs of places': b => {
    const [down, along] = [
      [4, 1],
      [1, 4],
    ].map(shape => b.constant(int64Tensor(shape, [1, 2, 3, 4])))
    return b.node('Sub', [down!, along!], []).name
  },
  'columns put side by side': b => {
    const columns = [1, 2, 3, 4].map(from => b.constant(int64Tensor([4, 1], [from, 5, 6, 7])))
    return b.node('Concat', columns, [], { axis: 1 }).name
  },
  'a part of each row': b => {
    const table = b.constant(int64Tensor([2, 8], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]))
    const part = b.node('Slice', [table, b.integers(1), b.integers(3), b.integers(1)], [])
    return b.node('Reshape', [part.name, b.integers(4, 1)], []).name
  },
}

describe('simplified models compute the same', () => {
  it.each(Object.entries(tables))('with a table: %s', async (_, table) => {
    const graph = build(b => {
      const x = b.input([4, 4])
      b.output(b.node('Add', [x.name, asFloats(b, table(b))], [4, 4]))
    })
    expect(await simplifiedDifference(graph)).toBe(0)
  })

  it('with a share of the batch, which is the same for a batch of one and of two', async () => {
    const graph = build(b => {
      const x = b.input([4])
      const third = b.node('Div', [sizeOf(b, x, 0).name, b.integers(3)], [])
      b.output(b.node('Add', [x.name, asFloats(b, third.name)], [4]))
    })
    expect(await simplifiedDifference(graph, [1, 2, 3, 7])).toBe(0)
  })

  it('where one of two results of a constant expression has a type that is not folded', async () => {
    const values = {
      dtype: 'float16',
      shape: [4],
      data: Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400),
    } as const
    const graph = build(b => {
      const [largest = '', at = ''] = b.nodes('TopK', [b.constant(values), b.integers(2)], 2)
      const x = b.node('Cast', [b.input([2]).name], [2], { to: 10 })
      const y = b.node('Add', [x.name, largest], [2])
      const picked = b.node('Gather', [b.input([4]).name, at], [2], { axis: 1 })
      b.output(b.node('Add', [asFloats(b, y.name), picked.name], [2]))
    })
    expect(await simplifiedDifference(graph)).toBe(0)
  })
})

describe('what would not come to an end', () => {
  it('a number made of itself twice over, many times', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 8, 8]), 6)
      let channels = sizeOf(b, x, 1)
      for (let i = 0; i < 60; i++) channels = b.node('Max', [channels.name, channels.name], [])
      const shape = b.node('Concat', [b.integers(-1), channels.name, b.integers(64)], [], { axis: 0 })
      b.output(b.node('Reshape', [x.name, shape.name], [6, 64]))
    })
    expect(channelGroups(graph).groups).toEqual([])
  })

  it('a list put beside itself, many times', () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 8, 8]), 6)
      let list = b.node('Shape', [x.name], [])
      for (let i = 0; i < 26; i++) list = b.node('Concat', [list.name, list.name], [], { axis: 0 })
      b.output(x)
    })
    expect(channelGroups(graph).groups).toEqual([])
  })

  it('a chain of 20,000 constant expressions', async () => {
    const graph = build(b => {
      let sum: Value = { name: b.scalar(1), shape: [] }
      for (let i = 0; i < 20_000; i++) sum = b.node('Neg', [sum.name], [])
      b.output(b.node('Add', [b.input([2]).name, sum.name], [2]))
    })
    expect((await foldExpressions(graph, 0)).nodes.map(({ op }) => op)).toEqual(['Add'])
  })
})

describe('a layer norm whose vectors are broadcast', () => {
  it.each([
    [5, 1],
    [1, 5],
  ])('of %i values with a scale of %i takes no scale in', async (width, scale) => {
    const graph = build(b => {
      const x = b.input([width])
      const mean = (value: Value) => b.node('ReduceMean', [value.name], [1], { axes: [-1], keepdims: 1 })
      const centred = b.node('Sub', [x.name, mean(x).name], [width])
      const variance = mean(b.node('Pow', [centred.name, b.scalar(2)], [width]))
      const deviation = b.node('Sqrt', [b.node('Add', [variance.name, b.scalar(1e-5)], [1]).name], [1])
      const normed = b.node('Div', [centred.name, deviation.name], [width])
      b.output(b.node('Mul', [normed.name, b.positive([scale])], [5]))
    })
    const simple = await simplify(graph)
    expect(simple.nodes.map(({ op }) => op)).toEqual(['LayerNormalization', 'Mul'])
    await (await openSession(writeOnnx(simple))).close()
  })
})
