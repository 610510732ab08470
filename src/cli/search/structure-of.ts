import type { Structure } from '../../../envs/costs.js'
import { removeBlocks, residualBlocks } from '../../compress/blocks/find.js'
import type { Policy } from '../../compress/policy.js'
import { quantizableLayers } from '../../compress/quantize/layers.js'
import { bitPlaces, planOf } from '../../compress/quantize/places.js'
import { quantizedUnseen } from '../../compress/quantize/unseen.js'
import { onnxSizeModel } from '../../formats/onnx/size.js'
import { pareSizeModel } from '../../formats/pare/size.js'
import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'

/** Structures whose models are kept at a time: with many blocks there are more than memory should hold. */
const MOST_KEPT = 256

/**
 * Bytes of the file of a candidate, .onnx where no bits are decided, else .pare, and which layers come to read one value. Of
 * each set of blocks that are gone the graph is really made, once, and its file modelled when bytes are first asked for: so
 * the bytes are those of what will be built, whatever goes.
 * @param decided a policy that gives bits to every place that gets some; which does not matter
 */
export function structureOf(graph: Graph, groups: readonly ChannelGroup[], decided: Policy): Structure {
  const blocks = decided.blocks === undefined ? [] : residualBlocks(graph)
  const without = remembered((gone: readonly string[]) =>
    gone.length === 0
      ? graph
      : removeBlocks(
          graph,
          blocks.filter(({ name }) => gone.includes(name)),
        ),
  )
  const sizes = remembered(gone => fileSize(without(gone), graph, groups, decided))
  const joined = remembered(gone => (gone.length === 0 ? [] : joinedLayers(without(gone), graph)))
  return { size: (keep, bitsOf, gone) => sizes(gone)(keep, bitsOf), joined }
}

/** A function of some names that is computed once for each. */
function remembered<T>(make: (names: readonly string[]) => T): (names: readonly string[]) => T {
  const known = new Map<string, T>()
  return names => {
    const key = JSON.stringify(names)
    const found = known.get(key) ?? make(names)
    if (known.size >= MOST_KEPT) known.clear()
    known.set(key, found)
    return found
  }
}

/** Layers that read one value of a graph and several of the original. */
function joinedLayers(graph: Graph, original: Graph): string[][] {
  const before = new Map(
    bitPlaces(original).activationBits.flatMap(({ name, layers }) =>
      layers.map(layer => [layer, name] as const),
    ),
  )
  return bitPlaces(graph).activationBits.flatMap(({ layers }) =>
    new Set(layers.map(layer => before.get(layer))).size > 1 ? [[...layers]] : [],
  )
}

type SizeOf = (keep: ArrayLike<number>, bitsOf: Parameters<Structure['size']>[1]) => number

function fileSize(graph: Graph, original: Graph, groups: readonly ChannelGroup[], decided: Policy): SizeOf {
  const plan = planOf(graph, decided, original)
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
