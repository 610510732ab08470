import type { Predictors } from '../../evaluate/device-costs.js'
import type { ChannelGroup } from '../../graph/groups.js'
import { firstChannels, sliceGraph } from '../../graph/slice.js'
import type { Graph } from '../../graph/types.js'
import { networkLayers } from '../../latency/layers.js'
import { predictNetwork } from '../../latency/predictor.js'
import { firstOf } from '../../ui/format.js'

/** The most layers that a warning names. */
const MOST_NAMED = 5

/** Says of which layers nothing like was measured. */
export function extrapolatedText(layers: readonly string[]): string {
  return `nothing like these layers was measured, their figures are extrapolated: ${firstOf(layers, MOST_NAMED)}`
}

/**
 * Warnings of what the predictors of a run have not seen the like of, among the layers of a graph as it is and with each
 * group at its narrowest: what lies between is between those.
 * @param narrowest by group
 */
export function extrapolations(
  graph: Graph,
  groups: readonly ChannelGroup[],
  narrowest: ReadonlyMap<string, number>,
  predictors: Predictors,
): readonly string[] {
  const ends = [networkLayers(graph), networkLayers(sliceGraph(graph, groups, firstChannels(narrowest)))]
  return Object.values(predictors).flatMap(predictor => {
    const names = new Set(ends.flatMap(layers => predictNetwork(predictor, layers).extrapolated))
    return names.size === 0 ? [] : [`${predictor.device.name}: ${extrapolatedText([...names])}`]
  })
}
