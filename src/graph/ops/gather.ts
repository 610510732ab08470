import { axisAttribute, frontAxis } from '../axes.js'
import type { Coupling } from '../coupling/coupling.js'
import { alongAxis, type Labels, takeLabels } from '../coupling/labels.js'
import { toNumbers } from '../tensor.js'
import { GraphError, type Node, type Tensor } from '../types.js'
import type { Op } from './op.js'

function outputShape(node: Node, from: readonly number[], indices: readonly number[]): number[] {
  const axis = axisAttribute(node, 0, from.length)
  return [...from.slice(0, axis), ...indices, ...from.slice(axis + 1)]
}

/** Rows of a constant table by indices that only the running model knows: an embedding. */
function coupleTable(node: Node, coupling: Coupling): void {
  const [table = ''] = node.inputs
  const [output = ''] = node.outputs
  const from = coupling.shape(table)
  const shape = coupling.shape(output)
  if (from.length !== 2 || axisAttribute(node, 0, 2) !== 0) {
    coupling.opaque(node, `${node.id}: it picks from a constant that is no table of rows`)
    return
  }
  for (const atom of coupling.axis(table, 0, 'parameter', node))
    coupling.atoms.freeze(atom, `${node.id}: any row may be asked for`)
  coupling.label(output, alongAxis(shape, shape.length - 1, coupling.axis(table, 1, 'producer', node)))
}

/** Picks by constant indices along the axis that channels lie on: the indices go and change with the channels. */
function coupleChannels(
  node: Node,
  labels: Labels,
  axis: number,
  indices: Tensor,
  coupling: Coupling,
): Labels {
  const [, tensor = ''] = node.inputs
  const size = labels.shape[axis]!
  const picked = toNumbers(indices).map(index => frontAxis(index, size))
  if (picked.some(index => index < 0 || index >= size))
    throw new GraphError(`node ${node.id} (Gather): an index lies outside the axis of ${size}`)
  const part = takeLabels(labels, axis, picked)
  const [output = ''] = node.outputs
  coupling.pointers.push({ node, tensor, whole: labels, axis })
  if (indices.shape.length === 1) coupling.tieAll(coupling.axis(tensor, 0, 'parameter', node), part.atoms)
  else coupling.freeze(part, `${node.id}: it picks them by number`)
  const shape = coupling.shape(output)
  if (indices.shape.length === 1) return part
  const ones = indices.shape.map(() => 1)
  const even = coupling.even(part, [axis], '')
  return {
    shape,
    extent: [...even.extent.slice(0, axis), ...ones, ...even.extent.slice(axis + 1)],
    atoms: even.atoms,
  }
}

/** Gather: picks by index along an axis. */
export const gather: Op = {
  shapes: (node, shapes) => [
    outputShape(node, shapes.of(node.inputs[0] ?? ''), shapes.of(node.inputs[1] ?? '')),
  ],
  couple(node, coupling) {
    const [input = '', at = ''] = node.inputs
    const [output = ''] = node.outputs
    if (coupling.constant(at) === undefined) coupling.freezeValue(at, node, `${node.id}: it picks by them`)
    if (coupling.constant(input) !== undefined) return coupleTable(node, coupling)
    const given = coupling.labels(input, node)
    const axis = axisAttribute(node, 0, given.shape.length)
    const labels = coupling.indexed(given, axis, node)
    const indices = coupling.constant(at)
    const others = labels.extent.some((size, a) => a !== axis && size > 1)
    if (indices !== undefined && labels.extent[axis]! > 1 && !others)
      return coupling.label(output, coupleChannels(node, labels, axis, indices, coupling))
    // Which index it picks makes no difference to channels that lie along other axes.
    const even = coupling.even(labels, [axis], `${node.id}: it picks channels by computed indices`)
    const added = coupling.shape(at).map(() => 1)
    coupling.label(output, {
      shape: coupling.shape(output),
      extent: [...even.extent.slice(0, axis), ...added, ...even.extent.slice(axis + 1)],
      atoms: even.atoms,
    })
  },
}
