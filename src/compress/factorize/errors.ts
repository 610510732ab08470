import type { Graph } from '../../graph/types.js'
import type { Moments } from '../moments.js'
import { splittableLayers } from './layers.js'
import { principal, tailShare } from './principal.js'
import { rankOfShare } from './split-cost.js'
import { splitSystem } from './system.js'

/**
 * Share of a layer's output energy that is lost when it is split at the rank that leaves each share of its cost, in [0,1], by
 * layer; where its inputs are not known, of its weights' energy.
 */
export function rankErrors(
  graph: Graph,
  moments: readonly Moments[],
  shares: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const known = new Map(moments.map(m => [m.node, m]))
  return new Map(
    splittableLayers(graph).map(layer => {
      const weight = graph.initializers.get(layer.weight)!
      const { weight: matrix, covariance } = splitSystem(layer, weight, known.get(layer.node))
      const found = principal(matrix, covariance)
      return [
        layer.node,
        shares.map(share => tailShare(found, rankOfShare(layer, 'outputs', share))),
      ] as const
    }),
  )
}
