import { expect, it } from 'vitest'
import { emptyHistogram } from '../../../src/compress/quantize/histogram.js'
import {
  type Calibration,
  insertQuantizers,
  quantizableValues,
  valueBits,
} from '../../../src/compress/quantize/insert.js'
import { quantizableLayers } from '../../../src/compress/quantize/layers.js'
import { type BitPlan, settleBits, uniformPlan } from '../../../src/compress/quantize/plan.js'
import { pareSizeModel } from '../../../src/formats/pare/size.js'
import { writePare } from '../../../src/formats/pare/write.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { sliceGraph } from '../../../src/graph/slice.js'
import type { Graph } from '../../../src/graph/types.js'
import { type Random, randomStream } from '../../../src/random.js'
import { allNets } from '../../fixtures/nets.js'
import { randomKept } from '../../fixtures/policies.js'

/** Grids of values that were never seen: the bytes do not depend on them. */
function calibrationOf(graph: Graph): Calibration {
  const histograms = new Map(quantizableValues(graph).map(name => [name, emptyHistogram()]))
  return { histograms, ranges: 'minmax', per: 'channel', scales: 'minmax' }
}

/** Random bits by layer, of which those that share a tensor have the same. */
function randomPlan(graph: Graph, random: Random): BitPlan {
  const { layers } = quantizableLayers(graph)
  const bits = new Map<string, number | null>()
  const bitsOf = (tensor: string, least: number) => {
    const own = bits.has(tensor)
      ? (bits.get(tensor) ?? null)
      : random.below(4) === 0
        ? null
        : least + random.below(9 - least)
    bits.set(tensor, own)
    return own
  }
  return new Map(
    layers.map(({ node, weight, activation }) => [
      node,
      { weight: bitsOf(weight, 1), activation: bitsOf(activation, 2) },
    ]),
  )
}

it('quantisers by a plan take the bytes that are promised for it, in every net', async () => {
  for (const { name, graph } of await allNets()) {
    const random = randomStream(1, 0, name)
    const { groups } = channelGroups(graph)
    const calibration = calibrationOf(graph)
    const all = insertQuantizers(graph, uniformPlan(graph, { weight: 8, activation: 8 }), calibration)
    const model = pareSizeModel(graph, groups, all)
    const plan = randomPlan(graph, random)
    const found = quantizableLayers(graph)
    const settled = settleBits(found, plan)
    const values = valueBits(graph, found, settled)
    const kept = randomKept(groups, random)
    const written = writePare(insertQuantizers(sliceGraph(graph, groups, kept), plan, calibration), 'exact')
    const promised = model.bytes({
      keep: groups.map(group => kept.get(group.name)?.length ?? group.size),
      bits: model.weights.map(weight => settled.weights.get(weight) ?? 0),
      quantized: model.values.map(value => values.has(value)),
    })
    expect(promised, name).toBe(written.length)
  }
})
