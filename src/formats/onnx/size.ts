import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import { structureSize } from './structure-size.js'

/**
 * Bytes of the .onnx file that `writeOnnx` makes of a graph once its groups are cut, as an exact function of how many
 * channels each keeps, in group order; it never falls when a count rises.
 */
export function onnxSizeModel(
  graph: Graph,
  groups: readonly ChannelGroup[],
): (keep: ArrayLike<number>) => number {
  const size = structureSize(graph, groups, { withData: true })
  return keep => size({ keep, renamed: [] })
}
