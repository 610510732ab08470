import type { Coupling } from '../coupling/coupling.js'
import type { Labels } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node } from '../types.js'
import { broadcastShape, merge, padRank } from './elementwise.js'

/** Shape of a product of stacks of matrices, [..., rows, depth] by [..., depth, columns]. */
export function productShape(node: Node, a: readonly number[], b: readonly number[]): number[] {
  const [left, right] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b]
  if (left.at(-1) !== right.at(-2))
    throw new GraphError(`node ${node.id} (${node.op}): cannot multiply [${a}] by [${b}]`)
  const stack = broadcastShape(node, [left.slice(0, -2), right.slice(0, -2)])
  return [...stack, ...(a.length === 1 ? [] : [left.at(-2)!]), ...(b.length === 1 ? [] : [right.at(-1)!])]
}

/**
 * A product of two computed values, as in attention. Where the stack of matrices carries channels (the heads), a matrix
 * lives or dies as a whole. Otherwise the sum goes over channels that no weight masks, so these stay.
 */
export function coupleProduct(node: Node, coupling: Coupling): void {
  const shapes = node.inputs.slice(0, 2).map(name => coupling.shape(name))
  const rank = Math.max(...shapes.map(shape => shape.length))
  if (shapes.some(shape => shape.length < 2)) {
    coupling.opaque(node, `${node.id}: a product of a computed vector`)
    return
  }
  const [a, b] = node.inputs.slice(0, 2).map(name => padRank(coupling.labels(name, node), rank)) as [
    Labels,
    Labels,
  ]
  const [output = ''] = node.outputs
  const shape = coupling.shape(output)
  const stacked = (labels: Labels) => labels.extent.slice(0, -2).some(size => size > 1)
  const macs = elementCount(shape) * a.shape[rank - 1]!
  if (stacked(a) || stacked(b)) {
    const whole = `${node.id}: a product over channels that only one side has`
    const heads = (labels: Labels): Labels => {
      const even = coupling.even(labels, [rank - 2, rank - 1], whole)
      return { ...even, shape: [...even.shape.slice(0, -2), 1, 1] }
    }
    const merged = merge(heads(a), heads(b), [...shape.slice(0, -2), 1, 1], coupling)
    if (merged === undefined) {
      coupling.opaque(node, `${node.id}: its operands are broadcast to each other`)
      return
    }
    coupling.products.push({ macs, atoms: merged.atoms })
    coupling.label(output, { ...merged, shape })
    return
  }
  const summed = `${node.id}: a product of computed values sums over them`
  const rows = coupling.even(a, [rank - 1], summed)
  const columns = coupling.even(b, [rank - 2], summed)
  const [m, n] = [rows.extent[rank - 2]!, columns.extent[rank - 1]!]
  if (m > 1 && n > 1) {
    coupling.opaque(node, `${node.id}: both sides of a product of computed values have channels`)
    return
  }
  const made = m > 1 ? rows : columns
  coupling.products.push({ macs, atoms: made.atoms })
  coupling.label(output, { ...made, shape })
}
