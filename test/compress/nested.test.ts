import { expect, it } from 'vitest'
import { rankByWeights } from '../../src/compress/criteria/by-weights.js'
import { keepBest } from '../../src/compress/criteria/ranking.js'
import { channelGroups } from '../../src/graph/groups.js'
import { sliceGraph } from '../../src/graph/slice.js'
import type { Graph, Tensor } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { loadModel, modelNames } from '../fixtures/models.js'

/** The same network with each entry of each constant that channels are cut from named by its place. */
function numbered(graph: Graph, tensors: ReadonlySet<string>): Graph {
  const initializers = [...graph.initializers].map(([name, tensor]): [string, Tensor] => {
    if (!tensors.has(name) || tensor.dtype !== 'float32') return [name, tensor]
    return [name, { ...tensor, data: Float32Array.from(tensor.data.keys()) }]
  })
  return { ...graph, initializers: new Map(initializers) }
}

it.each(modelNames)('of %s the channels of a smaller policy are among those of a larger one', name => {
  const whole = loadModel(name)
  const { groups } = channelGroups(whole)
  const tensors = new Set(groups.flatMap(({ slices }) => slices.map(({ tensor }) => tensor)))
  const graph = numbered(whole, tensors)
  // These networks have no batch norm to rank by.
  for (const criterion of ['l1', 'geometric-median', 'random'] as const) {
    const ranking = rankByWeights(criterion, whole, groups, 3)
    const random = randomStream(5, 0, `${name} ${criterion}`)
    const outer = Object.fromEntries(groups.map(({ name, size }) => [name, 1 + random.below(size)]))
    const inner = Object.fromEntries(
      Object.entries(outer).map(([key, most]) => [key, 1 + random.below(most)]),
    )
    const [large, small] = [outer, inner].map(keep => sliceGraph(graph, groups, keepBest(ranking, keep)))
    let cut = 0
    for (const tensor of tensors) {
      const [many, few] = [large, small].map(sliced => sliced?.initializers.get(tensor)?.data)
      if (many === undefined || few === undefined) throw new Error(`${tensor} is gone`)
      const places = new Set(Array.from(many, Number))
      expect(Array.from(few, Number).every(place => places.has(place))).toBe(true)
      if (few.length < many.length) cut++
    }
    expect(cut).toBeGreaterThan(0)
  }
})
