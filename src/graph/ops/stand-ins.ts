import type { Op } from './op.js'

/** Operators of pare's own, FakeQuantize and Lookup, whose output has the shape of what they read first; all of it stays. */
export const standIn: Op = {
  shapes: (node, shapes) => [shapes.of(node.inputs[0] ?? '')],
  couple: (node, coupling) => coupling.opaque(node, `${node.id}: ${node.op} comes after pruning`),
}
