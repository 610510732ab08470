import { intsAttribute } from '../attributes.js'
import { frontAxis } from '../axes.js'
import { valuesOf } from '../integers.js'
import type { Node } from '../types.js'
import type { Op } from './op.js'

/** Elements added before and behind each axis, [begins, ends]; an attribute before operator set 11, an input since. */
export function padsOf(
  node: Node,
  rank: number,
  numbers: (name: string) => readonly number[] | undefined,
): readonly number[] | undefined {
  const [, pads = '', , axes = ''] = node.inputs
  const given = pads === '' ? intsAttribute(node, 'pads', []) : numbers(pads)
  if (axes === '') return given
  const chosen = numbers(axes)
  if (given === undefined || chosen === undefined) return undefined
  const all = new Array<number>(2 * rank).fill(0)
  chosen.forEach((axis, i) => {
    const at = frontAxis(axis, rank)
    all[at] = given[i] ?? 0
    all[at + rank] = given[i + chosen.length] ?? 0
  })
  return all
}

/** Pad: what is added along other axes leaves the channels as they are. */
export const pad: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const pads = padsOf(node, from.length, name => {
      const known = shapes.integers(name)
      return known && valuesOf(known)
    })
    if (pads?.length !== 2 * from.length) return undefined
    return [from.map((size, axis) => size + pads[axis]! + pads[axis + from.length]!)]
  },
  couple(node, coupling) {
    const [output = ''] = node.outputs
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    const shape = coupling.shape(output)
    const padded = shape.flatMap((size, axis) => (size === labels.shape[axis] ? [] : [axis]))
    const inner = coupling.even(labels, padded, `${node.id}: it pads the axis of the channels`)
    coupling.label(output, { ...inner, shape })
  },
}
