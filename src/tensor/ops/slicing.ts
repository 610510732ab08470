import { axisAttribute, frontAxis } from '../../graph/axes.js'
import { slicedIndices } from '../../graph/ops/slice.js'
import { take } from '../gradients/take.js'
import { reshape, type Tensor } from '../tf.js'
import { asInOnnx, placeOf, toOnnx } from '../value.js'
import { cannotTrain, type Operator, type Operators } from './operator.js'

/** Ranges along some axes. */
const slice: Operator = context => {
  const { node } = context
  const value = context.value(0)
  const { rank } = value.tensor
  const indices = slicedIndices(node, context.onnxShape(0), name => {
    const numbers = context.numbers(node.inputs.indexOf(name, 1))
    return numbers?.map(number => ({
      value: number,
      origin: { kind: 'literal', tensor: name, element: 0 },
    }))
  })
  if (indices === undefined) throw cannotTrain(node, 'a Slice between computed bounds')
  const tensor = [...indices].reduce<Tensor>(
    (x, [axis, taken]) => take(x, taken, placeOf(value.layout, axis, rank)),
    value.tensor,
  )
  return { ...value, tensor }
}

/** Parts of the sizes that were inferred. */
const split: Operator = context => {
  const { node } = context
  const value = context.value(0)
  const { rank } = value.tensor
  const axis = axisAttribute(node, 0, rank)
  const place = placeOf(value.layout, axis, rank)
  let start = 0
  return node.outputs.map((_, i) => {
    const size = context.shape(i)[axis]!
    const from = start
    start += size
    const cells = Array.from({ length: size }, (_, cell) => from + cell)
    return { ...value, tensor: take(value.tensor, cells, place) }
  })
}

/** Cells of an axis by their indices: rows of a table, channels, a token. */
const gather: Operator = context => {
  const { node } = context
  const value = context.value(0)
  const { rank } = value.tensor
  const axis = axisAttribute(node, 0, rank)
  const size = context.onnxShape(0)[axis]!
  const indices = context.numbers(1) ?? [...context.onnx(1).dataSync()]
  const cells = indices.map(index => frontAxis(index, size))
  if (cells.some(cell => !(cell >= 0 && cell < size)))
    throw cannotTrain(node, `an index outside an axis of ${size}`)
  if (context.onnxShape(1).length === 1)
    return { ...value, tensor: take(value.tensor, cells, placeOf(value.layout, axis, rank)) }
  return asInOnnx(reshape(take(toOnnx(value), cells, axis), [...context.shape()]))
}

export const slicing: Operators = [
  ['Slice', slice],
  ['Split', split],
  ['Gather', gather],
]
