import { givenAxes, sortedAxes } from '../axes.js'
import type { Op } from './op.js'

function inserted(sizes: readonly number[], axes: readonly number[]): number[] {
  const result = [...sizes]
  for (const axis of sortedAxes(axes, sizes.length + axes.length)) result.splice(axis, 0, 1)
  return result
}

/** Unsqueeze. */
export const unsqueeze: Op = {
  shapes: (node, shapes) => [
    inserted(shapes.of(node.inputs[0] ?? ''), givenAxes(node, name => shapes.constant(name)) ?? []),
  ],
  couple(node, coupling) {
    const axes = givenAxes(node, name => coupling.constant(name)) ?? []
    const { shape, extent, atoms } = coupling.labels(node.inputs[0] ?? '', node)
    coupling.label(node.outputs[0] ?? '', {
      shape: inserted(shape, axes),
      extent: inserted(extent, axes),
      atoms,
    })
  },
}

/** Squeeze; without axes, all of length 1 go, the batch's too. */
export const squeeze: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const axes = givenAxes(node, name => shapes.constant(name))
    if (axes === undefined) return [from.filter(size => size !== 1)]
    const gone = sortedAxes(axes, from.length)
    return [from.filter((_, axis) => !gone.includes(axis))]
  },
  couple(node, coupling) {
    const axes = givenAxes(node, name => coupling.constant(name))
    const { shape, extent, atoms } = coupling.labels(node.inputs[0] ?? '', node)
    // A channel axis that pruning may bring down to 1 would go as well.
    if (axes === undefined && extent.some(size => size > 1))
      return coupling.opaque(node, `${node.id}: which axes it takes away depends on their sizes`)
    const gone =
      axes === undefined
        ? shape.flatMap((size, axis) => (size === 1 ? [axis] : []))
        : sortedAxes(axes, shape.length)
    const stays = (_: number, axis: number) => !gone.includes(axis)
    coupling.label(node.outputs[0] ?? '', {
      shape: shape.filter(stays),
      extent: extent.filter(stays),
      atoms,
    })
  },
}
