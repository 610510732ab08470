import { describe, expect, it } from 'vitest'
import { extrapolations } from '../../../src/cli/search/extrapolated.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { firstChannels, sliceGraph } from '../../../src/graph/slice.js'
import type { Graph } from '../../../src/graph/types.js'
import { networkLayers } from '../../../src/latency/layers.js'
import { createPredictor } from '../../../src/latency/predictor.js'
import { loadModel } from '../../fixtures/models.js'
import { blockedTime, device, steady } from '../../fixtures/predictors.js'

const graph = loadModel('lenet5')
const { groups } = channelGroups(graph)
const atWidth = (share: number) =>
  new Map(groups.map(({ name, size }) => [name, Math.max(1, Math.round(size * share))]))

function measured(...graphs: Graph[]) {
  const networks = graphs.map(each => {
    const layers = networkLayers(each).map(({ config }) => blockedTime(config))
    return {
      model: 'lenet5.onnx',
      layers,
      time: steady(layers.reduce((sum, { time }) => sum + time.median, 0)),
    }
  })
  return { latency: createPredictor({ device, kind: 'measured', networks }) }
}

function cutTo(widths: ReadonlyMap<string, number>): Graph {
  return sliceGraph(graph, groups, firstChannels(widths))
}

describe('what a profile has not seen the like of', () => {
  it('is named with the device where widths can leave what was measured', () => {
    expect(extrapolations(graph, groups, atWidth(0.1), measured(graph))).toEqual([
      expect.stringMatching(/^a device: nothing like these layers was measured.*: \/0\/Conv/),
    ])
  })

  it('is nothing where both ends were measured', () => {
    const predictors = measured(graph, cutTo(atWidth(0.1)))
    expect(extrapolations(graph, groups, atWidth(0.1), predictors)).toEqual([])
    expect(extrapolations(graph, groups, atWidth(0.5), predictors)).toEqual([])
  })
})
