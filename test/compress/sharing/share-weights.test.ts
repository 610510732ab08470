import { expect, it } from 'vitest'
import { lowerCompressed } from '../../../src/compress/quantize/lower.js'
import { nearest } from '../../../src/compress/sharing/k-means.js'
import { shareWeights, sharingDefaults } from '../../../src/compress/sharing/share-weights.js'
import { lookupOf } from '../../../src/graph/lookup.js'
import { floats, floatTensor } from '../../../src/graph/tensor.js'
import { type Graph, GraphError } from '../../../src/graph/types.js'
import { loadModel } from '../../fixtures/models.js'
import { smallNet } from '../../fixtures/small-net.js'

/** The weights of a shared graph, spelled out. */
const weightsOf = (graph: Graph, name: string) => floats(lowerCompressed(graph).initializers.get(name)!)

const lookupsOf = (graph: Graph) =>
  graph.nodes.flatMap(node => {
    const lookup = lookupOf(node)
    if (lookup === undefined) return []
    const entries = [...floats(graph.initializers.get(lookup.codebook)!)]
    return [{ name: lookup.output, entries, indices: graph.initializers.get(lookup.indices)! }]
  })

const entriesOf = (graph: Graph) => lookupsOf(graph).map(({ entries }) => entries)

it('gives each weight of the layers asked for the entry nearest to it, at every number of bits', () => {
  const graph = smallNet(2)
  for (let bits = 1; bits <= 8; bits++) {
    const shared = shareWeights(
      graph,
      new Map([
        ['second', bits],
        ['third', bits],
      ]),
    )
    expect(lookupsOf(shared).map(({ name }) => name)).toEqual(['w2', 'w3'])
    for (const { name, entries, indices } of lookupsOf(shared)) {
      const weights = floats(graph.initializers.get(name)!)
      expect(entries.length).toBe(Math.min(2 ** bits, weights.length))
      expect([...indices.data]).toEqual([...nearest(weights, entries)])
      expect(indices.shape).toEqual(graph.initializers.get(name)!.shape)
      const error = weightsOf(shared, name).reduce(
        (most, w, i) => Math.max(most, Math.abs(w - weights[i]!)),
        0,
      )
      const range = Math.max(...weights) - Math.min(...weights)
      expect(error).toBeLessThan(range / 2 ** (bits - 1))
    }
    expect(shared.initializers.get('w1')).toBe(graph.initializers.get('w1'))
  }
})

it('keeps exactly the pruned zeros at zero, in an entry of their own', () => {
  const graph = smallNet(2)
  const pruned = floats(graph.initializers.get('w3')!).map((w, i) => (i % 3 === 0 ? w : i % 2 === 0 ? 0 : -0))
  const sparse = {
    ...graph,
    initializers: new Map(graph.initializers).set('w3', floatTensor([4, 27], pruned)),
  }
  const shared = shareWeights(sparse, new Map([['third', 2]]))
  const [lookup] = lookupsOf(shared)
  expect(lookup!.entries.length).toBe(4)
  expect(lookup!.entries[0]).toBe(0)
  expect([...weightsOf(shared, 'w3')].map(w => w === 0)).toEqual([...pruned].map(w => w === 0))
})

it('takes weights that are all zero, and all equal', () => {
  const graph = smallNet(2)
  for (const value of [0, -2]) {
    const w3 = floatTensor([4, 27], new Float32Array(108).fill(value))
    const flat = { ...graph, initializers: new Map(graph.initializers).set('w3', w3) }
    expect(lookupsOf(shareWeights(flat, new Map([['third', 3]])))[0]!.entries).toEqual([value])
  }
})

it('shares a real net within a hundredth of its weights at 5 bits, each start alike for a seed', () => {
  const graph = loadModel('lenet5')
  const layers = new Map(graph.nodes.filter(({ op }) => op === 'Conv').map(({ id }) => [id, 5]))
  for (const start of ['linear', 'density', 'random'] as const) {
    const options = { ...sharingDefaults, start }
    const shared = shareWeights(graph, layers, options)
    expect(entriesOf(shareWeights(graph, layers, options))).toEqual(entriesOf(shared))
    const { initializers } = lowerCompressed(shared)
    expect(lookupsOf(shared).length).toBe(layers.size)
    for (const { name } of lookupsOf(shared)) {
      const [weights, others] = [graph, { initializers }].map(of => floats(of.initializers.get(name)!))
      const off = others!.reduce((sum, w, i) => sum + (w - weights![i]!) ** 2, 0)
      expect(off / weights!.reduce((sum, w) => sum + w * w, 0)).toBeLessThan(0.01)
    }
  }
})

it('stores a weight of two layers once, and refuses what it cannot share', () => {
  const graph = smallNet(2)
  const twice = {
    ...graph,
    nodes: [...graph.nodes, { ...graph.nodes[5]!, id: 'fourth', outputs: ['fourth_out'] }],
  }
  const both = (third: number, fourth: number) =>
    shareWeights(
      twice,
      new Map([
        ['third', third],
        ['fourth', fourth],
      ]),
    )
  expect(lookupsOf(both(3, 3)).length).toBe(1)
  expect(() => both(3, 4)).toThrow(GraphError)
  for (const bits of [0, 9, 1.5, Number.NaN])
    expect(() => shareWeights(graph, new Map([['third', bits]]))).toThrow(/1 to 8 bits/)
  for (const layer of ['relu1', 'constructor'])
    expect(() => shareWeights(graph, new Map([[layer, 4]]))).toThrow(layer)
  const w3 = floatTensor([4, 27], new Float32Array(108).fill(Number.NaN))
  const broken = { ...graph, initializers: new Map(graph.initializers).set('w3', w3) }
  expect(() => shareWeights(broken, new Map([['third', 4]]))).toThrow(/w3 is not finite/)
})
