import { freshNames } from '../../graph/fresh-names.js'
import { lookupNode } from '../../graph/lookup.js'
import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import { floats, floatTensor } from '../../graph/tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from '../../graph/types.js'
import { randomStream } from '../../random.js'
import { quantizableLayers } from '../quantize/layers.js'
import { kMeans, nearest } from './k-means.js'
import type { Start } from './starts.js'

export interface SharingOptions {
  readonly start: Start
  /** Of the random start. */
  readonly seed: number | string
}

export const sharingDefaults = { start: 'linear', seed: 0 } as const satisfies SharingOptions

/**
 * The graph with the weights of some layers looked up in codebooks of 2^bits entries at most (Han et al. 2016, section 3).
 * Weights that are exactly 0 were pruned: they have the first entry, 0, for themselves, and training leaves it there.
 * @param bitsByLayer 1 to 8, by node id; layers that share a weight must agree
 * @throws GraphError for a layer that is not there or whose weight is no constant, and for bits that there are not.
 */
export function shareWeights(
  graph: Graph,
  bitsByLayer: ReadonlyMap<string, number>,
  { start, seed }: SharingOptions = sharingDefaults,
): Graph {
  const fresh = freshNames(graph)
  const initializers = new Map<string, Tensor>(graph.initializers)
  const lookups: Node[] = []
  for (const [name, bits] of bitsByWeight(graph, bitsByLayer)) {
    const weight = graph.initializers.get(name)!
    const codebook = codebookOf(name, floats(weight), 2 ** bits, start, seed)
    const [indices, entries] = [fresh(`${name}/indices`), fresh(`${name}/codebook`)]
    initializers.delete(name)
    initializers.set(indices, { dtype: 'uint8', shape: weight.shape, data: codebook.indices })
    initializers.set(entries, floatTensor([codebook.entries.length], codebook.entries))
    // It takes the weight's own name, so that every reader, the graph's outputs too, goes on as before.
    lookups.push(lookupNode(fresh(`${name}/lookup`), { indices, codebook: entries, output: name }))
  }
  return {
    ...graph,
    nodes: [...lookups, ...graph.nodes],
    initializers,
    otherOpsets: { ...graph.otherOpsets, [PARE_DOMAIN]: 1 },
  }
}

function bitsByWeight(graph: Graph, bitsByLayer: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const { layers, float } = quantizableLayers(graph)
  const known = new Map(layers.map(({ node, weight }) => [node, weight]))
  const found = new Map<string, number>()
  for (const [node, bits] of bitsByLayer) {
    const weight = known.get(node)
    if (weight === undefined) {
      const reason = float.find(layer => layer.node === node)?.reason ?? 'the model has no such layer'
      throw new GraphError(`the weights of ${node} cannot be shared: ${reason}`)
    }
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= 8))
      throw new GraphError(`layer ${node}: expected 1 to 8 bits, found ${bits}`)
    const before = found.get(weight) ?? bits
    if (before !== bits)
      throw new GraphError(`layer ${node} reads weight ${weight} with ${bits} bits, another with ${before}`)
    found.set(weight, bits)
  }
  return found
}

/** The entries for a weight, 0 first where there are zeros, then ascending, and which of them each element is. */
function codebookOf(
  name: string,
  weights: Float32Array,
  size: number,
  start: Start,
  seed: number | string,
): { readonly entries: Float32Array; readonly indices: Uint8Array } {
  if (!weights.every(Number.isFinite)) throw new GraphError(`weight ${name} is not finite`)
  const kept = weights.filter(w => w !== 0)
  const zero = kept.length < weights.length ? [0] : []
  if (kept.length === 0) return { entries: Float32Array.from(zero), indices: new Uint8Array(weights.length) }
  const centres = kMeans(kept, size - zero.length, start, randomStream(seed, 0, `codebook of ${name}`))
  // As float32, two may be one.
  const others = Float32Array.from(new Set(Float32Array.from(centres)))
  return {
    entries: Float32Array.from([...zero, ...others]),
    indices: nearest(weights, others).map((index, i) => (weights[i] === 0 ? 0 : index + zero.length)),
  }
}
