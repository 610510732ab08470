import { floats } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'
import type { Masks } from './sparsity.js'

/**
 * Keeps the weights that matter most over all layers, by LAMP (Lee et al. 2021, eq. 4): a weight's square as a share of
 * the squares of those in its layer that are no smaller. Within a layer that is the order of magnitude; between layers it
 * leaves to each what it needs, and at least one weight to every layer.
 * @param share of all the named weights that become zero, in [0,1)
 */
export function magnitudeMasks(graph: Graph, names: readonly string[], share: number): Masks {
  const scores = names.map(name => lamp(floats(graph.initializers.get(name)!)))
  const total = scores.reduce((sum, { length }) => sum + length, 0)
  const zeros = Math.min(Math.round(share * total), total - names.length)
  const all = new Float64Array(total)
  scores.reduce((offset, layer) => {
    all.set(layer, offset)
    return offset + layer.length
  }, 0)
  const order = Uint32Array.from(all.keys()).sort((a, b) => all[a]! - all[b]! || a - b)
  const kept = new Uint8Array(total).fill(1)
  for (const index of order.subarray(0, zeros)) kept[index] = 0
  let offset = 0
  return new Map(
    names.map((name, i) => {
      const { length } = scores[i]!
      offset += length
      return [name, kept.slice(offset - length, offset)]
    }),
  )
}

/** LAMP scores of a layer's weights. Zeros score 0, the largest 1. */
export function lamp(weights: Float32Array): Float64Array {
  const order = Uint32Array.from(weights.keys()).sort(
    (a, b) => Math.abs(weights[b]!) - Math.abs(weights[a]!) || a - b,
  )
  const scores = new Float64Array(weights.length)
  let sum = 0
  for (const index of order) {
    const square = weights[index]! ** 2
    sum += square
    scores[index] = sum === 0 ? 0 : square / sum
  }
  return scores
}
