import { describe, expect, it } from 'vitest'
import { costModel, countMacs } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { sliceGraph } from '../../src/graph/slice.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { costFault } from '../fixtures/fault.js'
import { Builder } from '../fixtures/random-graph/builder.js'
import { conv, gemm } from '../fixtures/random-graph/layers.js'
import { randomGraph } from '../fixtures/random-graph/random-graph.js'

const GRAPHS = 60

describe('the cost model', () => {
  it('foretells what any slice of any graph costs', () => {
    let products = 0
    for (let number = 0; number < GRAPHS; number++) {
      const random = randomStream(9, number, 'cost')
      const graph = randomGraph(random, number % 2 === 0 ? {} : { from: ['attention', 'plain', 'grouped'] })
      products += channelGroups(graph).groups.filter(({ productMacs }) => productMacs > 0).length
      for (let policy = 0; policy < 4; policy++)
        expect(costFault(graph, random), `graph ${number}`).toBeUndefined()
    }
    expect(products).toBeGreaterThan(10)
  })

  it('counts one sample of those that the model fixes, in products of computed values too', () => {
    const b = new Builder(randomStream(9, 0, 'batch'))
    const x = conv(b, b.input([3, 8, 8]), 6, { kernel: 1, bias: false })
    const product = b.node('MatMul', [x.name, x.name], x.shape)
    const means = b.node('ReduceMean', [product.name], [6], { axes: [2, 3], keepdims: 0 })
    b.output(b.node('MatMul', [means.name, b.weight([6, 5])], [5]))
    const open = b.graph()
    const fixed: Graph = { ...open, inputs: [{ ...open.inputs[0]!, shape: [4, 3, 8, 8] }] }
    const { groups } = channelGroups(fixed)
    const expected = 2 * (3 * 64 + 8 ** 3 + 5)
    expect(costModel(fixed, groups).macs([2])).toBe(expected)
    const sliced = sliceGraph(fixed, groups, new Map([[groups[0]!.name, Int32Array.of(1, 4)]]))
    expect(countMacs(sliced)).toBe(expected)
  })

  it('counts a convolution whose weight is computed', () => {
    const b = new Builder(randomStream(9, 0, 'weight'))
    const weight = b.node('Tanh', [b.input([3, 3, 3]).name], [])
    const x = b.node('Conv', [b.input([3, 8, 8]).name, weight.name], [1, 6, 6])
    b.output(gemm(b, b.node('Flatten', [x.name], [36]), 4))
    const graph = b.graph()
    expect(costModel(graph, []).macs([])).toBe(countMacs(graph))
    expect(countMacs(graph)).toBe(27 * 36 + 36 * 4)
  })
})
