import { intAttribute } from '../attributes.js'
import { axisAttribute } from '../axes.js'
import type { Op } from './op.js'

/** Operators that put parts of one value into another of the same shape: all of both stays. */
export const scatter: Op = {
  shapes: (node, shapes) => [shapes.of(node.inputs[0] ?? '')],
  couple: (node, coupling) => coupling.opaque(node, `${node.id}: ${node.op} needs all that it reads`),
}

/** GatherElements: one element for each index. */
export const gatherElements: Op = { ...scatter, shapes: (node, shapes) => [shapes.of(node.inputs[1] ?? '')] }

/** ArgMax and ArgMin: the place of the largest or smallest along an axis. */
export const argument: Op = {
  ...scatter,
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const axis = axisAttribute(node, 0, from.length)
    const keep = intAttribute(node, 'keepdims', 1) === 1
    return [from.flatMap((size, a) => (a !== axis ? [size] : keep ? [1] : []))]
  },
}

/** TopK: the largest along an axis, and where they stand. */
export const topK: Op = {
  ...scatter,
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const axis = axisAttribute(node, -1, from.length)
    const count = shapes.integers(node.inputs[1] ?? '')?.[0]?.value
    const shape = from.map((size, a) => (a === axis ? (count ?? 0) : size))
    return count === undefined ? undefined : node.outputs.map(() => shape)
  },
}
