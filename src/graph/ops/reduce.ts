import { intAttribute } from '../attributes.js'
import { givenAxes, sortedAxes } from '../axes.js'
import type { Node, Tensor } from '../types.js'
import type { Op } from './op.js'

/** The axes that go, ascending: all where none is given. */
export function reducedAxes(
  node: Node,
  rank: number,
  constant: (name: string) => Tensor | undefined,
): number[] {
  const axes = givenAxes(node, constant) ?? []
  if (axes.length > 0) return sortedAxes(axes, rank)
  return intAttribute(node, 'noop_with_empty_axes', 0) === 1
    ? []
    : Array.from({ length: rank }, (_, axis) => axis)
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
    const axes = reducedAxes(node, from.length, name => shapes.constant(name))
    return [without(from, axes, keeps(node))]
  },
  couple(node, coupling) {
    const from = coupling.labels(node.inputs[0] ?? '', node)
    const axes = reducedAxes(node, from.shape.length, name => coupling.constant(name))
    const reason = `${node.id}: ${node.op} goes over channels and needs all of them`
    const { extent, atoms } = coupling.even(from, axes, reason)
    const [output = ''] = node.outputs
    coupling.label(output, {
      shape: coupling.shape(output),
      extent: without(extent, axes, keeps(node)),
      atoms,
    })
  },
}
