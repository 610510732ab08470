import { floats } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'
import type { Masks } from './sparsity.js'

/**
 * Keeps the weights that matter most over all layers, by LAMP (Lee et al. 2021, eq. 4): a weight's square as a share of
 * the squares of those in its layer that are no smaller. Within a layer that is the order of magnitude; between layers it
 * leaves to each what it needs, and at least one weight to every layer. Of equals the first go.
 * @param share of all the named weights that become zero, in [0,1)
 */
export function magnitudeMasks(graph: Graph, names: readonly string[], share: number): Masks {
  const layers = names.map(name => {
    const magnitudes = floats(graph.initializers.get(name)!).map(Math.abs)
    // Without a comparator an array of floats is sorted natively, ten times as fast.
    const sorted = magnitudes.toSorted()
    return { name, magnitudes, sorted, scores: lamp(sorted) }
  })
  const all = joined(layers.map(({ scores }) => scores))
  const zeros = Math.max(0, Math.min(Math.round(share * all.length), all.length - names.length))
  const threshold = all.sort()[zeros] ?? 0
  let equals = zeros - countWhere(all, score => score < threshold)
  return new Map(
    layers.map(({ name, magnitudes, sorted, scores }) => {
      const taken = Math.min(
        equals,
        countWhere(scores, score => score === threshold),
      )
      equals -= taken
      return [name, smallestOut(magnitudes, sorted, countWhere(scores, score => score < threshold) + taken)]
    }),
  )
}

/** LAMP scores of a layer's magnitudes, both ascending. Zeros score 0, the largest 1. */
export function lamp(sorted: Float32Array): Float64Array {
  const scores = new Float64Array(sorted.length)
  let sum = 0
  for (let i = sorted.length - 1; i >= 0; i--) {
    const square = sorted[i]! ** 2
    sum += square
    scores[i] = sum === 0 ? 0 : square / sum
  }
  return scores
}

/** 0 for the `count` smallest magnitudes, of equals the first, and 1 for the others. */
function smallestOut(magnitudes: Float32Array, sorted: Float32Array, count: number): Uint8Array {
  const mask = new Uint8Array(magnitudes.length).fill(1)
  if (count === 0) return mask
  const limit = sorted[count - 1]!
  let equals = count - sorted.indexOf(limit)
  for (let i = 0; i < mask.length; i++) {
    if (magnitudes[i]! < limit || (magnitudes[i] === limit && equals-- > 0)) mask[i] = 0
  }
  return mask
}

function countWhere(scores: Float64Array, holds: (score: number) => boolean): number {
  let count = 0
  for (const score of scores) if (holds(score)) count++
  return count
}

function joined(layers: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(layers.reduce((sum, { length }) => sum + length, 0))
  layers.reduce((offset, layer) => {
    all.set(layer, offset)
    return offset + layer.length
  }, 0)
  return all
}
