import { describe, expect, it } from 'vitest'
import { rankByWeights } from '../../../src/compress/criteria/by-weights.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { floats, floatTensor } from '../../../src/graph/tensor.js'
import { type Graph, GraphError } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { insertBatchNorm } from '../../../src/train/batch-norm.js'
import { loadModel } from '../../fixtures/models.js'
import { normalSamples } from '../../fixtures/run.js'

/** Row c of each weight that the group's convolutions and dense layers make channel c with. */
function rowsOf(graph: Graph, nodes: readonly string[], channel: number): number[][] {
  return nodes.map(id => {
    const [, name = ''] = graph.nodes.find(node => node.id === id)!.inputs
    const weight = graph.initializers.get(name)!
    const width = weight.data.length / weight.shape[0]!
    return [...floats(weight).slice(channel * width, (channel + 1) * width)]
  })
}

const l1 = (row: number[]) => row.map(Math.abs).reduce((a, b) => a + b, 0)
const l2 = (row: number[]) => Math.hypot(...row)
const highestFirst = (scores: number[]) =>
  scores
    .map((score, channel) => ({ score, channel }))
    .sort((a, b) => b.score - a.score)
    .map(({ channel }) => channel)

/** Groups by hand: a convolution, a dense layer, and a stage of the ResNet that three convolutions write to. */
const cases = [
  { name: 'lenet5', group: '/3/Conv', size: 50, nodes: ['/3/Conv'] },
  { name: 'lenet300', group: '/3/Gemm', size: 100, nodes: ['/3/Gemm'] },
  {
    name: 'resnet14',
    group: '/5/body/body.3/Conv',
    size: 32,
    nodes: ['/5/body/body.3/Conv', '/5/skip/skip.0/Conv', '/6/body/body.3/Conv'],
  },
] as const

describe.each(cases)('$name, group $group', ({ name, group, size, nodes }) => {
  const graph = loadModel(name)
  const { groups } = channelGroups(graph)
  const rank = (criterion: 'l1' | 'l2' | 'geometric-median') => [
    ...rankByWeights(criterion, graph, groups, 1).get(group)!,
  ]
  const channels = Array.from({ length: size }, (_, c) => rowsOf(graph, nodes, c))
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)

  it('l1 ranks by the sums of absolute weights', () => {
    expect(rank('l1')).toEqual(highestFirst(channels.map(rows => sum(rows.map(l1)))))
  })

  it('l2 ranks by the lengths of the filters', () => {
    expect(rank('l2')).toEqual(highestFirst(channels.map(rows => sum(rows.map(l2)))))
  })

  it('geometric-median ranks by the distances to all filters', () => {
    const distances = channels.map(rows =>
      sum(
        rows.flatMap((row, producer) =>
          channels.map(others => l2(row.map((weight, i) => weight - others[producer]![i]!))),
        ),
      ),
    )
    expect(rank('geometric-median')).toEqual(highestFirst(distances))
  })
})

describe('bn-scale', () => {
  it('ranks by the scales behind all producers of a group', () => {
    const plain = insertBatchNorm(loadModel('resnet14'))
    const random = randomStream(3, 0, 'scales')
    const initializers = new Map(plain.initializers)
    for (const [name, { shape, data }] of plain.initializers) {
      if (name.endsWith('/scale'))
        initializers.set(name, floatTensor(shape, normalSamples(random, data.length)))
    }
    const graph = { ...plain, initializers }
    const { groups } = channelGroups(graph)
    const scales = cases[2].nodes.map(id => floats(initializers.get(`${id}/batch-norm/scale`)!))
    const expected = highestFirst(
      Array.from({ length: 32 }, (_, c) => scales.reduce((sum, scale) => sum + Math.abs(scale[c]!), 0)),
    )
    expect([...rankByWeights('bn-scale', graph, groups, 1).get(cases[2].group)!]).toEqual(expected)
  })

  it('says which producer has no batch normalisation', () => {
    const graph = loadModel('lenet5')
    const rank = () => rankByWeights('bn-scale', graph, channelGroups(graph).groups, 1)
    expect(rank).toThrow(GraphError)
    expect(rank).toThrow('no batch normalisation stands behind /0/Conv')
  })
})

describe('random', () => {
  const graph = loadModel('lenet300')
  const { groups } = channelGroups(graph)
  const order = (seed: number) => [...rankByWeights('random', graph, groups, seed).get('/1/Gemm')!]

  it('is a permutation that belongs to the seed', () => {
    expect(order(1).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, c) => c))
    expect(order(1)).toEqual(order(1))
    expect(order(1)).not.toEqual(order(2))
  })
})
