import { elementCount } from '../tensor.js'
import { FIXED } from './atoms.js'

/**
 * Which atom each element of a value belongs to. An axis along which the atom does not change has extent 1 in `extent`
 * though the value is larger there: a convolution's output [1, 64, 28, 28] has extent [1, 64, 1, 1].
 *
 * Operators that only move data (Flatten, Concat, Slice, Transpose) do to the labels what they do to the data, which is
 * all it takes to be right about offsets, expansions and index maps.
 */
export interface Labels {
  readonly shape: readonly number[]
  readonly extent: readonly number[]
  readonly atoms: Int32Array
}

/** Labels of one value at most. */
const MOST_LABELS = 2 ** 21

/** A value is so large that its labels, spelled out, would take up the memory. */
export class TooManyLabels extends Error {
  override readonly name = 'TooManyLabels'
}

/** Room for `count` atoms, all fixed. @throws TooManyLabels */
export function newAtoms(count: number): Int32Array {
  if (count > MOST_LABELS) throw new TooManyLabels()
  return new Int32Array(count)
}

/** A value none of whose elements can be dropped. */
export function fixedLabels(shape: readonly number[]): Labels {
  return { shape, extent: shape.map(() => 1), atoms: Int32Array.of(FIXED) }
}

/** A value whose atom depends on the index along one axis only. */
export function alongAxis(shape: readonly number[], axis: number, atoms: Int32Array): Labels {
  return { shape, extent: shape.map((_, a) => (a === axis ? atoms.length : 1)), atoms }
}

/** The atoms along one axis; undefined where they depend on another axis too. */
export function axisAtoms(labels: Labels, axis: number): Int32Array | undefined {
  if (labels.extent.some((size, a) => a !== axis && size !== 1)) return undefined
  const size = labels.shape[axis] ?? 0
  return labels.extent[axis] === size ? labels.atoms : newAtoms(size).fill(labels.atoms[0] ?? FIXED)
}

/** The same labels with the given extent, repeated where an axis had extent 1. */
export function expand(labels: Labels, extent: readonly number[]): Labels {
  if (extent.every((size, axis) => size === labels.extent[axis])) return labels
  const atoms = newAtoms(elementCount(extent))
  const index = extent.map(() => 0)
  for (let flat = 0; flat < atoms.length; flat++) {
    let source = 0
    for (let axis = 0; axis < extent.length; axis++) {
      const from = labels.extent[axis]!
      source = source * from + (from === 1 ? 0 : index[axis]!)
    }
    atoms[flat] = labels.atoms[source]!
    for (let axis = extent.length - 1; axis >= 0; axis--) {
      index[axis]!++
      if (index[axis]! < extent[axis]!) break
      index[axis] = 0
    }
  }
  return { ...labels, extent, atoms }
}

/** The labels of a part: the given indices along one axis, or all where nothing changes along it. */
export function takeLabels(labels: Labels, axis: number, indices: ArrayLike<number>): Labels {
  const shape = labels.shape.map((size, a) => (a === axis ? indices.length : size))
  if (labels.extent[axis] === 1) return { ...labels, shape }
  const inner = elementCount(labels.extent.slice(axis + 1))
  const size = labels.extent[axis]!
  const outer = labels.atoms.length / (inner * size)
  const atoms = newAtoms(outer * indices.length * inner)
  let to = 0
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < indices.length; i++) {
      const from = (o * size + indices[i]!) * inner
      atoms.set(labels.atoms.subarray(from, from + inner), to)
      to += inner
    }
  }
  return { shape, extent: labels.extent.map((e, a) => (a === axis ? indices.length : e)), atoms }
}

/** The labels of a part: `count` indices along one axis, the i-th of them `at(i)`. */
export function takeEach(labels: Labels, axis: number, count: number, at: (i: number) => number): Labels {
  if (labels.extent[axis] === 1)
    return { ...labels, shape: labels.shape.map((size, a) => (a === axis ? count : size)) }
  return takeLabels(
    labels,
    axis,
    newAtoms(count).map((_, i) => at(i)),
  )
}

/** The label of the first index along some axes, for all of them. */
export function firstLabels(labels: Labels, axes: readonly number[]): Labels {
  const { shape } = labels
  return axes.reduce((taken, axis) => ({ ...takeLabels(taken, axis, [0]), shape }), labels)
}
