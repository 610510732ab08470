import { floats } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'
import type { Masks } from './sparsity.js'

/** A weight that can have a pattern, and the axis along which its layer sums. */
export interface Patterned {
  readonly name: string
  readonly axis: number
}

/**
 * N:M sparsity (Mishra et al. 2021): of every `of` neighbours along the summed axis, the `keep` largest stay, of equals the
 * first. That is what sparse tensor cores and sparse kernels read without an index for each weight.
 * @returns masks of the weights whose axis is a multiple of `of`; the others stay as they are
 */
export function patternMasks(
  graph: Graph,
  weights: readonly Patterned[],
  { keep, of }: { readonly keep: number; readonly of: number },
): Masks {
  const masks = new Map<string, Uint8Array>()
  for (const { name, axis } of weights) {
    if (!fits(graph, { name, axis }, of)) continue
    const weight = graph.initializers.get(name)!
    masks.set(name, largest(floats(weight), weight.shape, axis, keep, of))
  }
  return masks
}

/** Whether a weight's summed axis is a multiple of `of`. */
export function fits(graph: Graph, { name, axis }: Patterned, of: number): boolean {
  const size = graph.initializers.get(name)?.shape[axis] ?? 0
  return size > 0 && size % of === 0
}

function largest(
  values: Float32Array,
  shape: readonly number[],
  axis: number,
  keep: number,
  of: number,
): Uint8Array {
  const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1)
  const size = shape[axis]!
  const mask = new Uint8Array(values.length)
  for (let first = 0; first < values.length; first++) {
    // Each row of neighbours begins at a multiple of `of` along the axis.
    if ((Math.floor(first / stride) % size) % of !== 0) continue
    const row = Array.from({ length: of }, (_, i) => first + i * stride)
    row.sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b)
    for (const index of row.slice(0, keep)) mask[index] = 1
  }
  return mask
}
