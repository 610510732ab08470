import { quantizableLayers } from '../../compress/quantize/layers.js'
import { type PareContents, pareContents } from '../../formats/pare/contents.js'
import { lookupOf } from '../../graph/lookup.js'
import { floats } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'

/** What a layer's weight is in a packed file. */
export interface PackedLayer {
  /** The layers that read it, by node. */
  readonly node: string
  readonly op: string
  readonly weights: number
  /** Share of them that are not zero, in [0,1]. */
  readonly kept: number
  /** Bits of its codebook; null where it is float. */
  readonly bits: number | null
  /** Bits of a relative index; null where every weight stands in the file. */
  readonly indexBits: number | null
  /** Bytes of its data, indices and codebook. */
  readonly bytes: number
}

/** What the bytes of a packed file are spent on; they add up to it. */
export interface PackedParts extends Pick<PareContents, 'header' | 'skeleton' | 'table'> {
  readonly layers: number
  /** Biases and all other constants. */
  readonly others: number
}

/**
 * The layers of a network whose weights were pruned and shared, and the parts of its file.
 * @param pruned the network before its weights were shared
 * @param bytes of the .pare file with the shared ones
 */
export function packedLayers(
  pruned: Graph,
  shared: Graph,
  bytes: Uint8Array,
): { readonly layers: readonly PackedLayer[]; readonly parts: PackedParts } {
  const { header, skeleton, table, constants } = pareContents(bytes)
  const lookups = new Map(
    shared.nodes.flatMap(node => {
      const lookup = lookupOf(node)
      return lookup === undefined ? [] : [[lookup.output, lookup] as const]
    }),
  )
  const known = quantizableLayers(pruned)
  const ops = new Map(known.layers.map(({ node, op }) => [node, op]))
  const layers = known.weights.map(({ name, layers }): PackedLayer => {
    const lookup = lookups.get(name)
    const values = floats(pruned.initializers.get(name)!)
    const stored = constants.get(lookup?.indices ?? name)
    return {
      node: layers.join(', '),
      op: ops.get(layers[0] ?? '') ?? '',
      weights: values.length,
      kept: values.filter(value => value !== 0).length / values.length,
      bits: lookup === undefined ? null : (stored?.coding.bits ?? null),
      indexBits: stored?.coding.sparse?.indexBits ?? null,
      bytes: (stored?.bytes ?? 0) + (constants.get(lookup?.codebook ?? '')?.bytes ?? 0),
    }
  })
  const sum = (parts: Iterable<{ readonly bytes: number }>) =>
    [...parts].reduce((total, part) => total + part.bytes, 0)
  const ofLayers = sum(layers)
  return {
    layers,
    parts: { header, skeleton, table, layers: ofLayers, others: sum(constants.values()) - ofLayers },
  }
}
