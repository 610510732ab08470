import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import { rankByBatchNormScale } from './bn-scale.js'
import type { WeightCriterion } from './criterion.js'
import { rankByGeometricMedian } from './geometric-median.js'
import { rankByL1 } from './l1.js'
import { rankByL2 } from './l2.js'
import { rankAtRandom } from './random.js'
import type { Ranking } from './ranking.js'

/**
 * Ranks every group's channels by a criterion that needs no data.
 * @throws GraphError where the criterion does not apply to the graph.
 */
export function rankByWeights(
  criterion: WeightCriterion,
  graph: Graph,
  groups: readonly ChannelGroup[],
  seed: number | string,
): Ranking {
  switch (criterion) {
    case 'l1':
      return rankByL1(graph, groups)
    case 'l2':
      return rankByL2(graph, groups)
    case 'bn-scale':
      return rankByBatchNormScale(graph, groups)
    case 'geometric-median':
      return rankByGeometricMedian(graph, groups)
    case 'random':
      return rankAtRandom(groups, seed)
  }
}
