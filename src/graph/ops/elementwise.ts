import type { Coupling } from '../coupling/coupling.js'
import { alongAxis, expand, fixedLabels, type Labels } from '../coupling/labels.js'
import { GraphError, type Node } from '../types.js'
import type { Op } from './op.js'

/** Functions of each element alone; further inputs (limits of Clip) are scalars, a second output is Dropout's mask. */
export const unary: Op = {
  shapes: (node, shapes) => node.outputs.map(() => shapes.of(node.inputs[0] ?? '')),
  couple(node, coupling) {
    for (const output of node.outputs) coupling.label(output, coupling.labels(node.inputs[0] ?? '', node))
  },
}

/** Shape of a value that all inputs of a node are broadcast to. @throws GraphError where they do not fit. */
export function broadcastShape(node: Node, all: readonly (readonly number[])[]): number[] {
  const rank = all.reduce((most, shape) => Math.max(most, shape.length), 0)
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1
    for (const shape of all) {
      const own = shape[axis - rank + shape.length] ?? 1
      if (own !== size && own !== 1 && size !== 1)
        throw new GraphError(
          `node ${node.id} (${node.op}): cannot broadcast ${all.map(s => `[${s}]`).join(' with ')}`,
        )
      if (own !== 1) size = own
    }
    return size
  })
}

/** Labels padded on the left to a rank, as broadcasting aligns shapes. */
function padRank(labels: Labels, rank: number): Labels {
  const ones = Array.from({ length: rank - labels.shape.length }, () => 1)
  return { ...labels, shape: [...ones, ...labels.shape], extent: [...ones, ...labels.extent] }
}

/**
 * A constant among operands: it has one value a channel along the axis that the others' channels lie on, and never
 * stands in their way.
 */
function constantLabels(
  name: string,
  others: readonly Labels[],
  rank: number,
  node: Node,
  coupling: Coupling,
): Labels {
  const shape = coupling.shape(name)
  const varying = Array.from({ length: rank }, (_, axis) => axis).filter(axis =>
    others.some(labels => labels.extent[axis]! > 1),
  )
  const axes = varying.map(axis => axis - rank + shape.length).filter(axis => (shape[axis] ?? 1) > 1)
  const [axis] = axes
  if (axis !== undefined && axes.length === 1)
    return padRank(alongAxis(shape, axis, coupling.axis(name, axis, 'parameter', node)), rank)
  return padRank(varying.length === 0 ? coupling.labels(name, node) : fixedLabels(shape), rank)
}

/** What stands at the same place must live or die together; undefined where two operands are broadcast to each other. */
export function merge(
  a: Labels,
  b: Labels,
  shape: readonly number[],
  coupling: Coupling,
): Labels | undefined {
  const extent = shape.map((_, axis) => Math.max(a.extent[axis]!, b.extent[axis]!))
  // An operand that is broadcast along an axis of channels (a scalar, a spatial mask) does not depend on them.
  const spread = (x: Labels) =>
    shape.some((size, axis) => extent[axis]! > 1 && size > 1 && x.shape[axis] === 1)
  if (spread(a) && spread(b)) return undefined
  const free = (x: Labels) => spread(x) && x.atoms.length === 1
  // Along axes that it does have, the other's channels stay as it is.
  const beside = (x: Labels, other: Labels): Labels =>
    coupling.even(
      other,
      shape.flatMap((_, axis) => (extent[axis]! > 1 && x.shape[axis] !== 1 ? [axis] : [])),
      'as long as what is broadcast to it',
    )
  if (free(a)) return { ...beside(a, b), shape }
  if (free(b)) return { ...beside(b, a), shape }
  const [left, right] = [expand(a, extent), expand(b, extent)]
  coupling.tieAll(left.atoms, right.atoms)
  return { shape, extent, atoms: spread(a) ? right.atoms : left.atoms }
}

/** Functions of several elements with broadcasting. */
export const broadcast: Op = {
  shapes: (node, shapes) => [
    broadcastShape(
      node,
      node.inputs.map(name => shapes.of(name)),
    ),
  ],
  couple(node, coupling) {
    const shape = coupling.shape(node.outputs[0] ?? '')
    const values = node.inputs
      .filter(name => coupling.constant(name) === undefined)
      .map(name => padRank(coupling.labels(name, node), shape.length))
    const constants = node.inputs
      .filter(name => coupling.constant(name) !== undefined)
      .map(name => constantLabels(name, values, shape.length, node, coupling))
    const [first, ...rest] = [...values, ...constants]
    let merged = first
    for (const labels of rest) {
      merged = merged && merge(merged, labels, shape, coupling)
      if (merged === undefined)
        return coupling.opaque(node, `${node.id}: its operands are broadcast to each other`)
    }
    if (merged !== undefined) coupling.label(node.outputs[0] ?? '', { ...merged, shape })
  },
}

/** One slope a channel (or one for all); the slope broadcasts to the input, never the other way. */
export const prelu: Op = { ...broadcast, shapes: unary.shapes }
