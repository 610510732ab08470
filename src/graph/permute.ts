import { elementCount } from './tensor.js'

/**
 * Where each element of a permuted array comes from: axis `i` of the result is axis `order[i]` of an array of shape
 * `shape`, both row-major.
 */
export function permutedFrom(shape: readonly number[], order: readonly number[]): Int32Array {
  const steps = order.map(axis => elementCount(shape.slice(axis + 1)))
  const sizes = order.map(axis => shape[axis]!)
  const sources = new Int32Array(elementCount(shape))
  const position = sizes.map(() => 0)
  let from = 0
  for (let to = 0; to < sources.length; to++) {
    sources[to] = from
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      position[axis]!++
      from += steps[axis]!
      if (position[axis]! < sizes[axis]!) break
      from -= steps[axis]! * sizes[axis]!
      position[axis] = 0
    }
  }
  return sources
}
