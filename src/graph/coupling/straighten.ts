import { elementCount } from '../tensor.js'
import type { Coupling } from './coupling.js'
import type { Labels } from './labels.js'

/**
 * A tensor is a box: what is dropped of it must be whole indices along one axis. Where the labels of a value still change
 * along several axes after all operators had their say (channels split in two axes, as a shuffle does), they are tied
 * along all but the last.
 */
export function straighten(coupling: Coupling): void {
  for (const labels of coupling.labelled()) {
    const axes = varyingAxes(coupling, labels)
    if (axes.length > 1) coupling.even(labels, axes.slice(0, -1), 'its channels lie along several axes')
  }
}

/** The axes along which not all elements live and die together. */
function varyingAxes(coupling: Coupling, labels: Labels): number[] {
  if (labels.atoms.length === 1) return []
  const roots = labels.atoms.map(atom => coupling.atoms.find(atom))
  return labels.extent.flatMap((size, axis) => {
    const inner = elementCount(labels.extent.slice(axis + 1))
    const changes = roots.some((root, i) => Math.floor(i / inner) % size > 0 && root !== roots[i - inner])
    return changes ? [axis] : []
  })
}

/** The representatives of the atoms along an axis; undefined where the labels do not change along it. */
export function rootsAlong(coupling: Coupling, labels: Labels, axis: number): Int32Array | undefined {
  return varyingAxes(coupling, labels).includes(axis) ? rootsAt(coupling, labels, axis) : undefined
}

/** The representatives of the atoms along an axis, at the first index of every other. */
export function rootsAt(coupling: Coupling, labels: Labels, axis: number): Int32Array {
  const inner = elementCount(labels.extent.slice(axis + 1))
  const at = (i: number) => labels.atoms[labels.extent[axis] === 1 ? 0 : i * inner]!
  return Int32Array.from({ length: labels.shape[axis]! }, (_, i) => coupling.atoms.find(at(i)))
}
