import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import { type LayerSystems, layerSystems } from '../layer-systems.js'
import type { Moments } from '../moments.js'
import { createElimination, type Elimination } from './elimination.js'
import type { Ranking } from './ranking.js'

/**
 * Ranks channels by greedy elimination: again and again the channel goes without which the layers that read the group
 * can be repaired best, until none is left; the error is that of the least-squares repair, as a share of each layer's
 * output energy, added up over the layers. ThiNet (Luo et al. 2017, section 3.2) is as greedy but refits only at the end;
 * here the weights that remain make up for the loss at every step, as in the optimal brain surgeon (Hassibi and Stork
 * 1993). Takes time cubic in a layer's columns.
 */
export function rankByReconstruction(
  graph: Graph,
  groups: readonly ChannelGroup[],
  moments: readonly Moments[],
): Ranking {
  const systems = layerSystems(graph, moments)
  return new Map(groups.map(group => [group.name, eliminate(group.size, readers(group, systems))]))
}

/** The repairable layers that read a group, each with the columns of every channel. */
function readers(group: ChannelGroup, { layers, systemOf }: LayerSystems): Elimination[] {
  return layers.flatMap(layer => {
    const slice = group.slices.find(
      ({ tensor, axis }) => tensor === layer.weight && axis === layer.contracted,
    )
    if (slice === undefined) return []
    const columns = Array.from({ length: group.size }, (): number[] => [])
    slice.channelOf.forEach((channel, index) => {
      for (let cell = 0; cell < layer.cells; cell++) columns[channel]?.push(index * layer.cells + cell)
    })
    return [createElimination(systemOf(layer), columns)]
  })
}

/** Channels from the one that stays longest to the one that goes first; of two equally cheap the higher goes first. */
function eliminate(size: number, layers: readonly Elimination[]): Int32Array {
  const left = new Set(Array.from({ length: size }, (_, channel) => channel))
  const order = new Int32Array(size)
  for (let place = size - 1; place >= 0; place--) {
    let [cheapest, least] = [-1, Number.POSITIVE_INFINITY]
    for (const channel of left) {
      const cost = layers.reduce((sum, layer) => sum + layer.cost(channel), 0)
      if (cost <= least) [cheapest, least] = [channel, cost]
    }
    for (const layer of layers) layer.drop(cheapest)
    left.delete(cheapest)
    order[place] = cheapest
  }
  return order
}
