/** Models that are small to write down and would take all memory or all day to understand. */
import { expect, it } from 'vitest'
import { dropDead } from '../../src/graph/constants.js'
import { channelGroups } from '../../src/graph/groups.js'
import { infer } from '../../src/graph/shapes.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { Builder, type Value } from '../fixtures/random-graph/builder.js'
import { conv } from '../fixtures/random-graph/layers.js'

function build(make: (b: Builder) => void): Graph {
  const b = new Builder(randomStream(1, 0, 'limits'))
  make(b)
  return b.graph()
}

/** `length` nodes, each reading the one before as often as `reads` says. */
function chain(b: Builder, op: string, from: Value, length: number, reads: number, axis?: number): Value {
  let value = from
  for (let i = 0; i < length; i++) {
    const inputs = Array.from({ length: reads }, () => value.name)
    value = b.node(op, inputs, from.shape, axis === undefined ? {} : { axis })
  }
  return value
}

it.each([
  ['Concat', 2, 20, 0],
  ['Max', 2, 100, undefined],
  ['Where', 3, 100, undefined],
])('a list of sizes that many nodes of %s make is not followed to its end', (op, reads, length, axis) => {
  const graph = build(b => {
    const x = b.input([3, 8, 8])
    const sizes = chain(b, op, b.node('Shape', [x.name], [4]), length, reads, axis)
    b.output(b.node('Reshape', [conv(b, x, 4).name, sizes.name], [4, 8, 8]))
  })
  const { unknown } = infer(graph)
  expect([...unknown]).toContain(graph.outputs[0]!.name)
  expect(channelGroups(graph).groups).toEqual([])
})

it('channels along several axes of a huge value stay, and the reason says so', () => {
  const graph = build(b => {
    const x = conv(b, b.input([3, 8, 8]), 4)
    const large = b.node('Tile', [x.name, b.integers(1, 1, 4096, 64)], [4, 32_768, 512])
    b.output(b.node('ReduceMax', [b.node('Flatten', [large.name], [2 ** 26]).name], [1]))
  })
  const { groups, frozen } = channelGroups(graph)
  expect(groups).toEqual([])
  expect(frozen[0]?.reason).toMatch(/too large to follow/)
})

it('a slice of a huge axis is counted, not spelled out', () => {
  const graph = build(b => {
    const wide = b.node('Tile', [b.input([1]).name, b.integers(1, 2 ** 30)], [2 ** 30])
    const bounds = [-1, -(2 ** 53), 1, -3].map(value => b.integers(value))
    b.output(b.node('Slice', [wide.name, ...bounds], [2 ** 30]))
  })
  expect(infer(graph).shapes.get(graph.outputs[0]!.name)).toEqual([1, Math.ceil(2 ** 30 / 3)])
})

it('refuses a Split into more parts than it has outputs, and a Concat of what does not fit', () => {
  const split = build(b =>
    b.output(b.node('Split', [b.input([6]).name], [3], { axis: 1, num_outputs: 2 ** 40 })),
  )
  expect(() => infer(split)).toThrow(/Split\): 1099511627776 parts for 1 outputs/)
  const concat = build(b => {
    const inputs = [b.input([3, 8, 8]), b.input([3, 8, 4])].map(({ name }) => name)
    b.output(b.node('Concat', inputs, [6, 8, 8], { axis: 1 }))
  })
  expect(() => infer(concat)).toThrow(/Concat\): cannot join \[1,3,8,8\] and \[1,3,8,4\]/)
})

it('drops a dead chain of any length', () => {
  const graph = build(b => {
    const x = b.input([3])
    chain(b, 'Relu', x, 50_000, 1)
    b.output(b.node('Sigmoid', [x.name], [3]))
  })
  expect(dropDead(graph).nodes.map(({ op }) => op)).toEqual(['Sigmoid'])
})
