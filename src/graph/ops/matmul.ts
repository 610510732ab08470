import { GraphError, type Node } from '../types.js'
import { broadcastShape } from './elementwise.js'
import type { Equation } from './product.js'

/** Shape of a product of stacks of matrices, [..., rows, depth] by [..., depth, columns]. */
export function matmulShape(node: Node, a: readonly number[], b: readonly number[]): number[] {
  const [left, right] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b]
  if (left.at(-1) !== right.at(-2))
    throw new GraphError(`node ${node.id} (${node.op}): cannot multiply [${a}] by [${b}]`)
  const stack = broadcastShape(node, [left.slice(0, -2), right.slice(0, -2)])
  return [...stack, ...(a.length === 1 ? [] : [left.at(-2)!]), ...(b.length === 1 ? [] : [right.at(-1)!])]
}

/** MatMul as an equation, by the ranks of its operands: a letter for each axis of the stack, then Row, Depth, Column. */
export function matmulEquation(a: number, b: number): Equation {
  const depth = Math.max(a, b, 2) - 2
  const stack = Array.from({ length: depth }, (_, i) => String.fromCharCode(0x61 + i)).join('')
  const of = (rank: number) => stack.slice(depth - Math.max(rank - 2, 0))
  const [row, column] = [a > 1 ? 'R' : '', b > 1 ? 'C' : '']
  return { left: `${of(a)}${row}D`, right: `${of(b)}D${column}`, output: stack + row + column }
}
