import type { SizeOf } from '../../envs/costs.js'
import type { Policy } from '../compress/policy.js'
import { quantizableLayers } from '../compress/quantize/layers.js'
import { planOf } from '../compress/quantize/places.js'
import { quantizedUnseen } from '../compress/quantize/unseen.js'
import { onnxSizeModel } from '../formats/onnx/size.js'
import { pareSizeModel } from '../formats/pare/size.js'
import type { ChannelGroup } from '../graph/groups.js'
import type { Graph } from '../graph/types.js'

/**
 * Bytes of the file of a candidate: .onnx where no bits are decided, else .pare. The model of the file is made when bytes
 * are first asked for: most budgets limit something else.
 * @param decided a policy that gives bits to every place that gets some; which does not matter
 */
export function sizeOf(graph: Graph, groups: readonly ChannelGroup[], decided: Policy): SizeOf {
  let size: SizeOf | null = null
  return (keep, bitsOf) => {
    size ??= fileSize(graph, groups, decided)
    return size(keep, bitsOf)
  }
}

function fileSize(graph: Graph, groups: readonly ChannelGroup[], decided: Policy): SizeOf {
  const plan = planOf(graph, decided)
  if (plan === null) {
    const size = onnxSizeModel(graph, groups)
    return keep => size(keep)
  }
  const quantized = quantizedUnseen(graph, plan)
  const size = pareSizeModel(graph, groups, quantized)
  const layers = new Map(quantizableLayers(graph).weights.map(({ name, layers }) => [name, layers[0]!]))
  const layerOf = size.weights.map(weight => layers.get(weight)!)
  const all = size.values.map(() => true)
  return (keep, bitsOf) =>
    size.bytes({ keep, bits: layerOf.map(layer => bitsOf(layer).weights), quantized: all })
}
