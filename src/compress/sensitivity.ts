import type { ChannelGroup } from '../graph/groups.js'
import type { Graph } from '../graph/types.js'
import { keepBest, type Ranking } from './criteria/ranking.js'
import type { LinearLayer } from './layer.js'
import { layerSystems } from './layer-systems.js'
import { outputEnergy, reconstructionError } from './least-squares.js'
import type { Moments } from './moments.js'
import { cutLayers } from './repair.js'

/** Output energy a group's readers lose for good when only this group is cut, averaged over them, in [0,1]. */
export interface GroupSensitivity {
  readonly share: number
  readonly error: number
}

/**
 * How much each group hurts at each share of its channels, from the calibration moments alone: the residual of the
 * least-squares repair, so that what can be made up for does not count.
 * @returns for each group, in order, one entry a share
 */
export function groupSensitivity(
  graph: Graph,
  groups: readonly ChannelGroup[],
  moments: readonly Moments[],
  ranking: Ranking,
  shares: readonly number[],
): GroupSensitivity[][] {
  const { layers, systemOf } = layerSystems(graph, moments)
  const energies = new Map<string, number>()
  const energyOf = (layer: LinearLayer) => {
    const system = systemOf(layer)
    const energy = energies.get(layer.node) ?? outputEnergy(system.weight, system)
    energies.set(layer.node, energy)
    return energy
  }
  return groups.map(group =>
    shares.map(share => {
      const count = Math.max(1, Math.round(group.size * share))
      const kept = new Map([[group.name, keepBest(ranking, { [group.name]: count }).get(group.name)!]])
      const errors = cutLayers(layers, [group], kept).map(({ layer, keptColumns }) =>
        reconstructionError(systemOf(layer), keptColumns, energyOf(layer)),
      )
      return { share, error: errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length) }
    }),
  )
}
