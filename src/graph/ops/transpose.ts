import { intsAttribute } from '../attributes.js'
import { elementCount } from '../tensor.js'
import type { Node } from '../types.js'
import type { Op } from './op.js'

function order(node: Node, rank: number): readonly number[] {
  return intsAttribute(
    node,
    'perm',
    Array.from({ length: rank }, (_, axis) => rank - 1 - axis),
  )
}

/** The elements of an array of the given shape in the order that its transpose has them. */
function permuted(atoms: Int32Array, shape: readonly number[], perm: readonly number[]): Int32Array {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)))
  const to = perm.map(axis => shape[axis]!)
  return atoms.map((_, i) => {
    let rest = i
    let from = 0
    for (let axis = to.length - 1; axis >= 0; axis--) {
      from += (rest % to[axis]!) * strides[perm[axis]!]!
      rest = Math.floor(rest / to[axis]!)
    }
    return atoms[from]!
  })
}

/** Transpose moves the labels as it moves the data. */
export const transpose: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    return [order(node, from.length).map(axis => from[axis]!)]
  },
  couple(node, coupling) {
    const { shape, extent, atoms } = coupling.labels(node.inputs[0] ?? '', node)
    const perm = order(node, shape.length)
    coupling.label(node.outputs[0] ?? '', {
      shape: perm.map(axis => shape[axis]!),
      extent: perm.map(axis => extent[axis]!),
      atoms: permuted(atoms, extent, perm),
    })
  },
}
