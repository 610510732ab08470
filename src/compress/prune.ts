import type { ChannelGroup } from '../graph/groups.js'
import { sliceGraph } from '../graph/slice.js'
import type { Graph } from '../graph/types.js'
import { keepBest, type Ranking } from './criteria/ranking.js'
import type { Repair } from './repair.js'

/** A policy's keep counts, by group name, to a graph that is really smaller and repaired. */
export type Prune = (counts: Readonly<Record<string, number>>) => Graph

/** Chooses channels by `ranking`, repairs the layers that read them, and slices. */
export function createPrune(groups: readonly ChannelGroup[], ranking: Ranking, repair: Repair): Prune {
  return counts => {
    const kept = keepBest(ranking, counts)
    return sliceGraph(repair(kept), groups, kept)
  }
}
