import { intsAttribute } from '../attributes.js'
import { frontAxis } from '../axes.js'
import { alongAxis, axisAtoms } from '../coupling/labels.js'
import { toNumbers } from '../tensor.js'
import { GraphError, type Node, type Tensor } from '../types.js'
import type { Op } from './op.js'

/** Elements added before and behind each axis, [begins, ends]; an attribute before operator set 11, an input since. */
export function padsOf(
  node: Node,
  rank: number,
  constant: (name: string) => Tensor | undefined,
): readonly number[] | undefined {
  const [, pads = '', , axes = ''] = node.inputs
  const given = pads === '' ? intsAttribute(node, 'pads', []) : numbers(constant(pads))
  if (axes === '') return given
  const chosen = numbers(constant(axes))
  if (given === undefined || chosen === undefined) return undefined
  const all = new Array<number>(2 * rank).fill(0)
  chosen.forEach((axis, i) => {
    const at = frontAxis(axis, rank)
    all[at] = given[i] ?? 0
    all[at + rank] = given[i + chosen.length] ?? 0
  })
  return all
}

function numbers(tensor: Tensor | undefined): readonly number[] | undefined {
  return tensor === undefined ? undefined : toNumbers(tensor)
}

/** Pad: what is added along other axes leaves the channels as they are. */
export const pad: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const pads = padsOf(node, from.length, name => shapes.constant(name))
    if (pads?.length !== 2 * from.length)
      throw new GraphError(`node ${node.id} (Pad): expected constant pads for ${from.length} axes`)
    return [from.map((size, axis) => size + pads[axis]! + pads[axis + from.length]!)]
  },
  couple(node, coupling) {
    const [output = ''] = node.outputs
    const channels = axisAtoms(coupling.labels(node.inputs[0] ?? '', node), 1)
    const shape = coupling.shape(output)
    if (channels === undefined || channels.length !== shape[1])
      return coupling.opaque(node, `${node.id}: it pads the axis of the channels`)
    coupling.label(output, alongAxis(shape, 1, channels))
  },
}
