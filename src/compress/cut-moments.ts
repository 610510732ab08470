import type { ChannelGroup } from '../graph/groups.js'
import type { KeptChannels } from '../graph/slice.js'
import type { Graph } from '../graph/types.js'
import { linearLayers } from './layer.js'
import type { Moments } from './moments.js'
import { cutLayers } from './repair.js'

/** Moments of what layers read of the inputs that stay under `kept`; those of a layer that loses none are the same object. */
export function cutMoments(
  graph: Graph,
  groups: readonly ChannelGroup[],
  moments: readonly Moments[],
  kept: KeptChannels,
): Moments[] {
  const cut = new Map(
    cutLayers(linearLayers(graph), groups, kept).map(({ layer, keptColumns }) => [layer.node, keptColumns]),
  )
  return moments.map(own => {
    const columns = cut.get(own.node)
    return columns === undefined ? own : ofColumns(own, columns)
  })
}

function ofColumns({ node, rows, columns, mean, second }: Moments, kept: Int32Array): Moments {
  const n = kept.length
  const result = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) result[i * n + j] = second[kept[i]! * columns + kept[j]!]!
  return { node, rows, columns: n, mean: Float64Array.from(kept, column => mean[column]!), second: result }
}
