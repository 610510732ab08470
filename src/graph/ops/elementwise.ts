import { expand, type Labels } from '../coupling/labels.js'
import { GraphError, type Node } from '../types.js'
import type { Op } from './op.js'

/** Functions of each element alone; further inputs (limits of Clip) are scalars. */
export const unary: Op = {
  shapes: (node, shapes) => [shapes.of(node.inputs[0] ?? '')],
  couple(node, coupling) {
    coupling.label(node.outputs[0] ?? '', coupling.labels(node.inputs[0] ?? '', node))
  },
}

function broadcastShape(node: Node, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1
    const y = b[axis - rank + b.length] ?? 1
    if (x !== y && x !== 1 && y !== 1) {
      throw new GraphError(`node ${node.id} (${node.op}): cannot broadcast [${a}] with [${b}]`)
    }
    return x === 1 ? y : x
  })
}

/** Labels padded on the left to a rank, as broadcasting aligns shapes. */
function padRank(labels: Labels, rank: number): Labels {
  const ones = Array.from({ length: rank - labels.shape.length }, () => 1)
  return { ...labels, shape: [...ones, ...labels.shape], extent: [...ones, ...labels.extent] }
}

/** Functions of two elements with broadcasting: what stands at the same place must live or die together. */
export const binary: Op = {
  shapes: (node, shapes) => [
    broadcastShape(node, shapes.of(node.inputs[0] ?? ''), shapes.of(node.inputs[1] ?? '')),
  ],
  couple(node, coupling) {
    const shape = coupling.shape(node.outputs[0] ?? '')
    const [a, b] = [0, 1].map(i => padRank(coupling.labels(node.inputs[i] ?? '', node), shape.length)) as [
      Labels,
      Labels,
    ]
    const extent = shape.map((_, axis) => Math.max(a.extent[axis]!, b.extent[axis]!))
    const [left, right] = [expand(a, extent), expand(b, extent)]
    // An operand that is broadcast along an axis of channels (a scalar, a spatial mask) does not depend on them.
    const spread = (x: Labels) =>
      shape.some((size, axis) => extent[axis]! > 1 && size > 1 && x.shape[axis] === 1)
    if (spread(a) && spread(b)) return coupling.opaque(node, `${node.id}: both operands are broadcast`)
    if (!spread(a) && !spread(b)) coupling.tieAll(left.atoms, right.atoms)
    coupling.label(node.outputs[0] ?? '', { shape, extent, atoms: spread(a) ? right.atoms : left.atoms })
  },
}

/** One slope a channel (or one for all); the slope broadcasts to the input, never the other way. */
export const prelu: Op = { ...binary, shapes: unary.shapes }
