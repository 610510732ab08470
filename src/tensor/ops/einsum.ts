import { equationOf } from '../../graph/ops/einsum.js'
import type { Equation } from '../../graph/ops/product.js'
import { elementCount } from '../../graph/tensor.js'
import { product } from '../gradients/product.js'
import { reshape, sum, type Tensor, transpose } from '../tf.js'
import { asInOnnx } from '../value.js'
import { cannotTrain, type Operator } from './operator.js'

/** An operand with its axes in the order of `letters`; those that no other operand and no output has are summed up. */
function arranged(x: Tensor, own: string, letters: string): Tensor {
  const alone = [...own].flatMap((letter, axis) => (letters.includes(letter) ? [] : [axis]))
  const left = [...own].filter(letter => letters.includes(letter)).join('')
  const order = [...letters].map(letter => left.indexOf(letter))
  const kept = alone.length === 0 ? x : sum(x, alone)
  return order.every((axis, i) => axis === i) ? kept : transpose(kept, order)
}

/** Einsum of two operands, as one product of stacks of matrices. */
export const einsum: Operator = context => {
  const equation = equationOf(context.node)
  if (equation === undefined) throw cannotTrain(context.node, 'an Einsum of a form that is not understood')
  const { left, right, output } = equation
  const chosen = (from: string, test: (letter: string) => boolean) => [...from].filter(test).join('')
  const stack = chosen(output, letter => left.includes(letter) && right.includes(letter))
  const summed = chosen(left, letter => right.includes(letter) && !output.includes(letter))
  const rows = chosen(output, letter => left.includes(letter) && !right.includes(letter))
  const columns = chosen(output, letter => right.includes(letter) && !left.includes(letter))
  const [x, y] = [context.onnx(0), context.onnx(1)]
  const size = sizes(equation, x, y)
  const matrix = (t: Tensor, own: string, first: string, second: string) =>
    reshape(arranged(t, own, stack + first + second), [
      ...(stack === '' ? [] : [size(stack)]),
      size(first),
      size(second),
    ])
  const a = matrix(x, left, rows, summed)
  const b = matrix(y, right, summed, columns)
  const constants = [a, b].filter((_, i) => !context.isTrained(i))
  const made = product(a, b, constants)
  const letters = stack + rows + columns
  const apart = reshape(
    made,
    [...letters].map(letter => size(letter)),
  )
  return asInOnnx(arranged(apart, letters, output))
}

/** How many elements some letters run over. */
function sizes({ left, right }: Equation, x: Tensor, y: Tensor): (letters: string) => number {
  const of = (letter: string) => x.shape[left.indexOf(letter)] ?? y.shape[right.indexOf(letter)] ?? 1
  return letters => elementCount([...letters].map(of))
}
