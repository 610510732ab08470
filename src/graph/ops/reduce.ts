import { intAttribute, intsAttribute } from '../attributes.js'
import type { Labels } from '../coupling/labels.js'
import { toNumbers } from '../tensor.js'
import { GraphError, type Node, type Tensor } from '../types.js'
import type { Op } from './op.js'

/** The axes that go, ascending; an attribute in old operator sets, an input in new ones, all where neither is given. */
function axesOf(node: Node, rank: number, constant: (name: string) => Tensor | undefined): number[] {
  const [, input = ''] = node.inputs
  const given = constant(input)
  if (input !== '' && given === undefined)
    throw new GraphError(`node ${node.id} (${node.op}): expected constant axes`)
  const all = Array.from({ length: rank }, (_, axis) => axis)
  const axes = given === undefined ? intsAttribute(node, 'axes', []) : toNumbers(given)
  if (axes.length === 0) return intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? [] : all
  return axes.map(axis => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
}

function keeps(node: Node): boolean {
  return intAttribute(node, 'keepdims', 1) === 1
}

function without(sizes: readonly number[], axes: readonly number[], keep: boolean): number[] {
  return keep
    ? sizes.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : sizes.filter((_, axis) => !axes.includes(axis))
}

/** ReduceMean and its kin: a channel's value over other axes is still that channel's; over channels it needs all. */
export const reduce: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const axes = axesOf(node, from.length, name => shapes.constant(name))
    return [without(from, axes, keeps(node))]
  },
  couple(node, coupling) {
    const from = coupling.labels(node.inputs[0] ?? '', node)
    const axes = axesOf(node, from.shape.length, name => coupling.constant(name))
    if (axes.some(axis => from.extent[axis] !== 1))
      return coupling.opaque(node, `${node.id}: ${node.op} goes over channels and needs all of them`)
    const [output = ''] = node.outputs
    const labels: Labels = {
      shape: coupling.shape(output),
      extent: without(from.extent, axes, keeps(node)),
      atoms: from.atoms,
    }
    coupling.label(output, labels)
  },
}
