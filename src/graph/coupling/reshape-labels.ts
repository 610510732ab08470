import { elementCount } from '../tensor.js'
import { expand, type Labels } from './labels.js'

/** Axes of two shapes, [start, end) each, that hold the same elements. */
interface Block {
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
}

/** Cuts two shapes of as many elements into the shortest runs of axes with equal products. */
function blocksOf(from: readonly number[], to: readonly number[]): Block[] {
  const blocks: Block[] = []
  let [i, j] = [0, 0]
  while (i < from.length || j < to.length) {
    const [i0, j0] = [i, j]
    let [left, right] = [from[i++] ?? 1, to[j++] ?? 1]
    while (left !== right && (i < from.length || j < to.length)) {
      if (left < right) left *= from[i++] ?? 1
      else right *= to[j++] ?? 1
    }
    blocks.push({ from: [i0, Math.min(i, from.length)], to: [j0, Math.min(j, to.length)] })
  }
  return blocks
}

/** Extent 1 along an axis where every element has the label of the first. */
function collapsed({ shape, extent, atoms }: Labels, axis: number): Labels {
  const size = extent[axis]!
  const inner = elementCount(extent.slice(axis + 1))
  const first = (i: number) => Math.floor(i / (inner * size)) * inner * size + (i % inner)
  if (size === 1 || atoms.some((atom, i) => atom !== atoms[first(i)])) return { shape, extent, atoms }
  return {
    shape,
    extent: extent.map((e, a) => (a === axis ? 1 : e)),
    atoms: atoms.filter((_, i) => Math.floor(i / inner) % size === 0),
  }
}

/**
 * The same elements in the same order under another shape: each keeps its label. Axes along which nothing changes are
 * not spelled out, so that what reads the value sees which axis the channels are on.
 */
export function reshapeLabels(labels: Labels, shape: readonly number[]): Labels {
  if (labels.atoms.length === 1) return { shape, extent: shape.map(() => 1), atoms: labels.atoms }
  const before = [...labels.extent]
  const extent = shape.map(() => 1)
  for (const { from, to } of blocksOf(labels.shape, shape)) {
    if (before.slice(...from).every(size => size === 1)) continue
    for (let axis = from[0]; axis < from[1]; axis++) before[axis] = labels.shape[axis]!
    for (let axis = to[0]; axis < to[1]; axis++) extent[axis] = shape[axis]!
  }
  let result: Labels = { shape, extent, atoms: expand(labels, before).atoms }
  for (let axis = 0; axis < shape.length; axis++) result = collapsed(result, axis)
  return result
}
