import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import { linearLayers, weightMatrix } from '../layer.js'
import { covariance, type Moments } from '../moments.js'
import { type Ranking, rankByScore } from './ranking.js'

/**
 * Ranks channels by the energy they bring to the layers that read them: variance of the channel times the squared
 * weights that multiply it, summed over the kernel's cells, as a share of the layer's whole, summed over the layers.
 * (Magnitude, as AMC ranks, leaves out how strongly the channel fires.)
 */
export function rankByEnergy(
  graph: Graph,
  groups: readonly ChannelGroup[],
  moments: readonly Moments[],
): Ranking {
  const byNode = new Map(moments.map(m => [m.node, m]))
  const energyOf = new Map<string, { contracted: number; energy: Float64Array }>()
  for (const layer of linearLayers(graph)) {
    const weight = graph.initializers.get(layer.weight)
    const m = byNode.get(layer.node)
    if (weight === undefined || m === undefined) continue
    const matrix = weightMatrix(layer, weight)
    const energy = new Float64Array(layer.columns / layer.cells)
    for (let column = 0; column < layer.columns; column++) {
      const variance = covariance(m, column, column, layer.bias !== null)
      for (let row = 0; row < layer.rows; row++) {
        energy[Math.floor(column / layer.cells)]! += variance * matrix[row * layer.columns + column]! ** 2
      }
    }
    const whole = energy.reduce((sum, e) => sum + e, 0) || 1
    energyOf.set(layer.weight, { contracted: layer.contracted, energy: energy.map(e => e / whole) })
  }
  return rankByScore(groups, group => {
    const score = new Float64Array(group.size)
    for (const { tensor, axis, channelOf } of group.slices) {
      const known = energyOf.get(tensor)
      if (known?.contracted !== axis) continue
      channelOf.forEach((channel, index) => {
        if (channel >= 0) score[channel]! += known.energy[index]!
      })
    }
    return score
  })
}
