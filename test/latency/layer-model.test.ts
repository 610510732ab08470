import { describe, expect, it } from 'vitest'
import { countMacs } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { sliceGraph } from '../../src/graph/slice.js'
import { workOf } from '../../src/latency/layer-config.js'
import { configAt, layerModels } from '../../src/latency/layer-model.js'
import { networkLayers } from '../../src/latency/layers.js'
import { randomStream } from '../../src/random.js'
import { allNets } from '../fixtures/nets.js'
import { randomKept } from '../fixtures/policies.js'

const nets = await allNets()

describe.each(nets)('the layers of $name', ({ name, graph }) => {
  const { groups } = channelGroups(graph)
  const models = layerModels(graph, groups)

  it('multiply as often as the graph does', () => {
    const macs = networkLayers(graph).reduce((sum, { config }) => sum + workOf(config).macs, 0)
    expect(macs).toBeCloseTo(countMacs(graph), 3)
  })

  it('hold every node that computes from the input once', () => {
    const nodes = networkLayers(graph).flatMap(layer => layer.nodes)
    expect(new Set(nodes).size).toBe(nodes.length)
    expect(graph.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(nodes))
  })

  it.each([1, 2, 3])('follow random widths as the cut graph has them (%i)', seed => {
    const kept = randomKept(groups, randomStream(seed, 0, name))
    const gone = (g: number) => groups[g]!.size - kept.get(groups[g]!.name)!.length
    const cut = networkLayers(sliceGraph(graph, groups, kept))
    // One channel of a depthwise convolution is a plain convolution; it stays of its kind.
    const kinds = models.map(({ layer }) => layer.config.kind)
    expect(models.map(model => rounded(configAt(model, gone)))).toEqual(
      cut.map(({ config }, i) => rounded({ ...config, kind: kinds[i]! })),
    )
  })
})

/** Without the last bits of divisions. */
function rounded<T extends { readonly macsPerPair: number }>(config: T): T {
  return { ...config, macsPerPair: Math.round(config.macsPerPair * 1000) / 1000 }
}
