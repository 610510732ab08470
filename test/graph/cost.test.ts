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
import { constant, graphOf } from '../tensor/graph-of.js'

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

  const fixedTo = (graph: Graph, shape: readonly number[]): Graph => ({
    ...graph,
    inputs: graph.inputs.map(input => ({ ...input, shape })),
  })

  it('counts all steps of one sample of a fixed sequence that stands before the batch', () => {
    const random = randomStream(9, 0, 'steps')
    const weights = [constant(random, 1, 12, 5), constant(random, 1, 12, 3)]
    const graph = graphOf([2, 5], [{ op: 'LSTM', constants: weights, outputs: 2 }])
    expect(countMacs(fixedTo(graph, [7, 2, 5]))).toBe(7 * (12 * 5 + 12 * 3))
  })

  it('counts all places of a fixed sequence that attends to itself', () => {
    const b = new Builder(randomStream(9, 0, 'places'))
    const x = b.input([1, 8])
    const [query, key] = [b.weight([8, 8]), b.weight([8, 8])].map(weight =>
      b.node('MatMul', [x.name, weight], []),
    )
    const turned = (name: string, perm: readonly number[]) => b.node('Transpose', [name], [], { perm }).name
    const scores = b.node('MatMul', [turned(query!.name, [1, 0, 2]), turned(key!.name, [1, 2, 0])], [])
    b.output(b.node('MatMul', [scores.name, turned(x.name, [1, 0, 2])], []))
    expect(countMacs(fixedTo(b.graph(), [6, 1, 8]))).toBe(2 * 6 * 64 + 2 * 6 * 6 * 8)
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
