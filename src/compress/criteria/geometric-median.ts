import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import { rankByFilters } from './filters.js'
import type { Ranking } from './ranking.js'

/**
 * Ranks channels by the sum of their filters' distances to all other filters of the layer: those nearest the geometric
 * median are what the others can best stand in for, and go first (He et al. 2019, "Filter pruning via geometric
 * median for deep convolutional neural networks acceleration").
 */
export function rankByGeometricMedian(graph: Graph, groups: readonly ChannelGroup[]): Ranking {
  return rankByFilters(graph, groups, filters => {
    const sums = new Float64Array(filters.length)
    for (let a = 0; a < filters.length; a++) {
      for (let b = 0; b < a; b++) {
        const distance = euclidean(filters[a]!, filters[b]!)
        sums[a]! += distance
        sums[b]! += distance
      }
    }
    return [...sums]
  })
}

function euclidean(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return Math.sqrt(sum)
}
