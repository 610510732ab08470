import { describe, expect, it } from 'vitest'
import { costModel, countMacs } from '../../src/graph/cost.js'
import { type ChannelGroup, channelGroups } from '../../src/graph/groups.js'
import { countParams } from '../../src/graph/parameters.js'
import { type KeptChannels, sliceGraph } from '../../src/graph/slice.js'
import { permutation, type Random, randomStream } from '../../src/random.js'
import { maskGraph } from '../fixtures/mask.js'
import { loadModel, modelNames } from '../fixtures/models.js'
import { maxDifference, normalSamples, runGraph } from '../fixtures/run.js'

function randomKept(groups: readonly ChannelGroup[], random: Random): KeptChannels {
  return new Map(
    groups.map(({ name, size }) => [
      name,
      permutation(size, random)
        .slice(0, 1 + random.below(size))
        .sort(),
    ]),
  )
}

describe.each(modelNames)('%s', name => {
  const graph = loadModel(name)
  const { groups } = channelGroups(graph)

  it('equals its masked twin in ONNX Runtime under random policies', async () => {
    for (let trial = 0; trial < 10; trial++) {
      const random = randomStream(7, trial, name)
      const kept = randomKept(groups, random)
      const data = normalSamples(random, 4 * 784)
      const sliced = await runGraph(sliceGraph(graph, groups, kept), data, [4, 1, 28, 28])
      const masked = await runGraph(maskGraph(graph, groups, kept), data, [4, 1, 28, 28])
      expect(maxDifference(sliced, masked)).toBeLessThanOrEqual(1e-4)
    }
  })

  it('costs what the cost model says', () => {
    const cost = costModel(graph, groups)
    for (let trial = 0; trial < 100; trial++) {
      const kept = randomKept(groups, randomStream(8, trial, name))
      const sliced = sliceGraph(graph, groups, kept)
      const keep = groups.map(group => kept.get(group.name)?.length ?? group.size)
      expect(cost.macs(keep)).toBe(countMacs(sliced))
      expect(cost.params(keep)).toBe(countParams(sliced))
    }
  })

  it('has the same groups again after slicing, smaller', () => {
    const kept = randomKept(groups, randomStream(9, 0, name))
    const again = channelGroups(sliceGraph(graph, groups, kept)).groups
    // Of one channel there is nothing left to choose.
    const narrower = groups.map(group => [group.name, kept.get(group.name)?.length])
    expect(again.map(group => [group.name, group.size])).toEqual(narrower.filter(([, size]) => size !== 1))
  })
})
