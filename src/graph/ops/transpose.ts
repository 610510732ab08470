import { intsAttribute } from '../attributes.js'
import { permutedFrom } from '../permute.js'
import type { Node } from '../types.js'
import type { Op } from './op.js'

function order(node: Node, rank: number): readonly number[] {
  return intsAttribute(
    node,
    'perm',
    Array.from({ length: rank }, (_, axis) => rank - 1 - axis),
  )
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
      atoms: permutedFrom(extent, perm).map(from => atoms[from]!),
    })
  },
}
