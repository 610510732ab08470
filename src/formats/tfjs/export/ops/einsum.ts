import { equationOf } from '../../../../graph/ops/einsum.js'
import { elementCount } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import type { Size } from '../../import/value.js'
import type { Builder } from '../builder.js'
import { input, outputShape, type Rule } from '../call.js'
import { asTarget, plain } from '../layout.js'
import { type Computed, plainLayout } from '../value.js'

/** Einsum of two operands as a product of stacks of matrices: TF.js' WebAssembly backend has none. */
export const einsum: Rule = call => {
  const { b } = call
  const equation = equationOf(call.node)
  if (equation === undefined) throw new GraphError('an equation of another form than two operands of letters')
  const { left, right, output } = equation
  const [x, y] = [plain(b, input(call, 0)), plain(b, input(call, 1))]
  const sizes = new Map<string, Size>()
  for (const [letters, { shape }] of [
    [left, x],
    [right, y],
  ] as const)
    for (const [axis, letter] of [...letters].entries()) sizes.set(letter, shape[axis] ?? null)
  const stack = [...left].filter(letter => right.includes(letter) && output.includes(letter))
  const summed = [...left].filter(letter => right.includes(letter) && !output.includes(letter))
  const [rows, columns] = [alone(left, right), alone(right, left)]
  if ([...rows, ...columns].some(letter => !output.includes(letter)))
    throw new GraphError('an equation that sums over an axis of one operand alone')
  const of = (letters: readonly string[]) => letters.map(letter => sizes.get(letter) ?? null)
  const first = matrices(b, x, left, [stack, rows, summed], of)
  const second = matrices(b, y, right, [stack, summed, columns], of)
  const order = [...stack, ...rows, ...columns]
  const apart = b.emit('Reshape', [b.emit('BatchMatMulV2', [first, second]), b.integers(asTarget(of(order)))])
  const axes = [...output].map(letter => order.indexOf(letter))
  const isInOrder = axes.every((axis, i) => axis === i)
  const name = isInOrder ? apart : b.emit('Transpose', [apart, b.integers(axes)])
  return { kind: 'computed', name, shape: outputShape(call), layout: plainLayout, dtype: x.dtype }
}

function alone(letters: string, others: string): readonly string[] {
  return [...letters].filter(letter => !others.includes(letter))
}

/** An operand as a stack of matrices: the axes of the stack, then all of the rows as one and all of the columns as one. */
function matrices(
  b: Builder,
  { name }: Computed,
  letters: string,
  [stack, rows, columns]: readonly [readonly string[], readonly string[], readonly string[]],
  of: (letters: readonly string[]) => readonly Size[],
): string {
  const axes = [...stack, ...rows, ...columns].map(letter => letters.indexOf(letter))
  const isInOrder = axes.every((axis, i) => axis === i)
  const moved = isInOrder ? name : b.emit('Transpose', [name, b.integers(axes)])
  const whole = (sizes: readonly Size[]) => (sizes.includes(null) ? null : elementCount(sizes.map(Number)))
  return b.emit('Reshape', [moved, b.integers(asTarget([...of(stack), whole(of(rows)), whole(of(columns))]))])
}
