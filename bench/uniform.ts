import { costModel } from '../src/graph/cost.js'
import type { ChannelGroup } from '../src/graph/groups.js'
import type { Graph } from '../src/graph/types.js'

/** How many channels each group keeps under the largest share, the same for all, that costs no more than `budget` of the MACs. */
export function uniformCounts(
  graph: Graph,
  groups: readonly ChannelGroup[],
  budget: number,
): Readonly<Record<string, number>> {
  const { macs } = costModel(graph, groups)
  const widths = (share: number) => groups.map(({ size }) => Math.max(1, Math.floor(size * share)))
  const limit = budget * macs(groups.map(({ size }) => size))
  let share = 1
  while (macs(widths(share)) > limit) share -= 1 / 200
  return Object.fromEntries(groups.map(({ name }, i) => [name, widths(share)[i]!]))
}
