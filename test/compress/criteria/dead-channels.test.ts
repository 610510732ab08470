import { describe, expect, it } from 'vitest'
import { rankByWeights } from '../../../src/compress/criteria/by-weights.js'
import { criterionNames } from '../../../src/compress/criteria/criterion.js'
import { keepBest } from '../../../src/compress/criteria/ranking.js'
import { calibrate } from '../../../src/evaluate/calibrate.js'
import { rankChannels } from '../../../src/evaluate/rank.js'
import { type ChannelGroup, channelGroups } from '../../../src/graph/groups.js'
import { sliceGraph } from '../../../src/graph/slice.js'
import { elementCount } from '../../../src/graph/tensor.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { maskGraph } from '../../fixtures/mask.js'
import { loadModel } from '../../fixtures/models.js'
import { maxDifference, normalSamples, runGraph } from '../../fixtures/run.js'
import { smallData, smallNet } from '../../fixtures/small-net.js'

const SAMPLES = 10

/** Zeroes all that makes and carries some channels of each group, a third of them. */
function killChannels(graph: Graph, groups: readonly ChannelGroup[]) {
  const dead = new Map(
    groups.map(({ name, size }) => [
      name,
      new Set(Array.from({ length: Math.floor(size / 3) }, (_, i) => 2 * i + 1)),
    ]),
  )
  const initializers = new Map(graph.initializers)
  for (const group of groups) {
    for (const { tensor, axis, role, channelOf } of group.slices) {
      const before = initializers.get(tensor)
      if (role === 'consumer' || before === undefined) continue
      const data = before.data.slice()
      const inner = elementCount(before.shape.slice(axis + 1))
      for (let i = 0; i < data.length; i++) {
        if (dead.get(group.name)!.has(channelOf[Math.floor(i / inner) % channelOf.length]!)) data[i] = 0
      }
      initializers.set(tensor, { ...before, data })
    }
  }
  return { graph: { ...graph, initializers }, dead }
}

describe.each(['lenet5', 'mobilenetv2', 'resnet14'] as const)('%s', name => {
  const graph = loadModel(name)
  const { groups } = channelGroups(graph)
  const samples = normalSamples(randomStream(1, 0, 'samples'), SAMPLES * 28 * 28)
  const run = (g: Graph) => runGraph(g, samples, [SAMPLES, 1, 28, 28])

  it.each(['l1', 'l2'] as const)('%s drops dead channels and nothing else', async criterion => {
    const { graph: maimed, dead } = killChannels(graph, groups)
    const counts = Object.fromEntries(groups.map(g => [g.name, g.size - dead.get(g.name)!.size]))
    const kept = keepBest(rankByWeights(criterion, maimed, groups, 1), counts)
    for (const [group, channels] of kept) {
      for (const channel of channels) expect(dead.get(group)!.has(channel)).toBe(false)
    }
    expect(maxDifference(await run(sliceGraph(maimed, groups, kept)), await run(maimed))).toBeLessThan(1e-4)
  })

  it('computes what the original does with the readers of dropped channels zeroed', async () => {
    const counts = Object.fromEntries(groups.map(({ name, size }) => [name, Math.ceil(size / 2)]))
    const kept = keepBest(rankByWeights('geometric-median', graph, groups, 1), counts)
    const difference = maxDifference(
      await run(sliceGraph(graph, groups, kept)),
      await run(maskGraph(graph, groups, kept)),
    )
    expect(difference).toBeLessThan(1e-4)
  })
})

it.each(
  criterionNames.filter(name => name !== 'random' && name !== 'bn-scale' && name !== 'geometric-median'),
)('%s drops a channel that never fires first', async criterion => {
  const whole = smallNet(5)
  const { groups } = channelGroups(whole)
  const { graph, dead } = killChannels(whole, groups)
  const data = smallData(200)
  const moments = await calibrate(graph, data, 1)
  const ranking = await rankChannels(criterion, graph, groups, { moments, data, seed: 1 })
  for (const [group, order] of ranking) expect(dead.get(group)!.has(order.at(-1)!)).toBe(true)
})
