import { intsAttribute } from '../attributes.js'
import { frontAxis } from '../axes.js'
import type { Integers } from '../integers.js'
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

function knownPads(
  node: Node,
  rank: number,
  integers: (name: string) => Integers | undefined,
): readonly number[] | undefined {
  const pads = padsOf(node, rank, name => {
    const known = integers(name)
    return known && valuesOf(known)
  })
  return pads?.length === 2 * rank ? pads : undefined
}

/** Pad: what is added along other axes leaves the channels as they are. */
export const pad: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const pads = knownPads(node, from.length, name => shapes.integers(name))
    return pads && [from.map((size, axis) => size + pads[axis]! + pads[axis + from.length]!)]
  },
  couple(node, coupling) {
    const [output = ''] = node.outputs
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    const shape = coupling.shape(output)
    const rank = shape.length
    const pads = knownPads(node, rank, name => coupling.integers(name)) ?? []
    // As much added in front as taken off behind moves the channels.
    const padded = shape.flatMap((_, axis) => (pads[axis] === 0 && pads[axis + rank] === 0 ? [] : [axis]))
    const inner = coupling.even(labels, padded, `${node.id}: it pads the axis of the channels`)
    coupling.label(output, { ...inner, shape })
  },
}
