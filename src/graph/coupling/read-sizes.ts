import { frontAxis } from '../axes.js'
import type { Graph, Node } from '../types.js'
import type { Coupling } from './coupling.js'

/**
 * Freezes channels whose number the model reads (Shape) and computes with: that figure would change with them, and what
 * is made of it, such as another value's shape, might not fit any more. Reading the batch size or a spatial one is no harm.
 */
export function freezeReadSizes(graph: Graph, coupling: Coupling): void {
  for (const node of graph.nodes) {
    if (node.op !== 'Shape' || node.domain !== '') continue
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    const [output = ''] = node.outputs
    const read = graph.nodes
      .filter(reader => reader.inputs.includes(output))
      .flatMap(reader => axesRead(reader, labels.shape.length, coupling))
    const isOutput = graph.outputs.some(({ name }) => name === output)
    if (isOutput || read.some(axis => labels.extent[axis] !== 1))
      coupling.freeze(labels, `${node.id}: the model computes with the number of channels`)
  }
}

/** Which entries of a shape a node picks; all where it is not a Gather by constant indices. */
function axesRead(node: Node, rank: number, coupling: Coupling): readonly number[] {
  const all = Array.from({ length: rank }, (_, axis) => axis)
  if (node.op !== 'Gather') return all
  return coupling.integers(node.inputs[1] ?? '')?.map(axis => frontAxis(axis, rank)) ?? all
}
