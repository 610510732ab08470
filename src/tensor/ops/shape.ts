import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { axisAttribute } from '../../graph/axes.js'
import { broadcastTo } from '../gradients/broadcast.js'
import { take } from '../gradients/take.js'
import { cast, concat as joined, reshape, type Tensor, tensor1d, transpose as turned } from '../tf.js'
import { asInOnnx, channelsLast, mapOrder, placeOf, toMap, toOnnx } from '../value.js'
import { cannotTrain, type Operator, type Operators } from './operator.js'

/** Another shape over the same elements, in ONNX's order. */
const anotherShape: Operator = context => asInOnnx(reshape(context.onnx(0), [...context.shape()]))

/** Another order of the axes; where only ONNX's view of a map changes, nothing is to be done. */
const transpose: Operator = context => {
  const { tensor, layout } = context.value(0)
  const { rank } = tensor
  const order = intsAttribute(
    context.node,
    'perm',
    tensor.shape.map((_, axis) => rank - 1 - axis),
  )
  const places = order.map(axis => placeOf(layout, axis, rank))
  if (places.every((place, axis) => place === axis)) return asInOnnx(tensor)
  if (rank > 2 && mapOrder(rank).every((axis, i) => places[axis] === i)) return channelsLast(tensor)
  return asInOnnx(turned(tensor, places))
}

/** Values side by side along an axis: maps where one of them is a map. */
const concat: Operator = context => {
  const values = context.node.inputs.map((_, i) => context.value(i))
  const { rank } = values[0]!.tensor
  const isMap = values.some(({ layout }) => layout === 'channelsLast')
  const layout = isMap ? 'channelsLast' : 'onnx'
  const parts = values.map(isMap ? toMap : toOnnx)
  return { tensor: joined(parts, placeOf(layout, axisAttribute(context.node, 1, rank), rank)), layout }
}

const expand: Operator = context => asInOnnx(broadcastTo(context.onnx(0), context.shape()))

/** Copies side by side along each axis. */
const tile: Operator = context => {
  const shape = context.shape()
  return asInOnnx(
    shape.reduce<Tensor>((x, size, axis) => {
      const own = x.shape[axis]!
      return own === size
        ? x
        : take(
            x,
            Array.from({ length: size }, (_, i) => i % own),
            axis,
          )
    }, context.onnx(0)),
  )
}

/** The sizes of a value; where they are all that is read, they are known without. */
const sizes: Operator = context => {
  const all = context.onnxShape(0)
  const { node } = context
  const read = all.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', all.length))
  return asInOnnx(tensor1d([...read], 'int32'))
}

const range: Operator = context => {
  const [start = 0, , step = 1] = [0, 1, 2].map(index => context.numbers(index)?.[0])
  const [length = 0] = context.shape()
  if (context.numbers(0) === undefined) throw cannotTrain(context.node, 'a Range from a computed number')
  return asInOnnx(
    tensor1d(
      Int32Array.from({ length }, (_, i) => start + i * step),
      'int32',
    ),
  )
}

const constantOfShape: Operator = context => {
  const { value } = context.node.attributes
  const given = value?.kind === 'tensor' ? value.value : undefined
  const filling = cast(
    Number(given?.data[0] ?? 0),
    given === undefined || given.dtype.includes('float') ? 'float32' : 'int32',
  )
  const filled = broadcastTo(filling, context.shape())
  return asInOnnx(given?.dtype === 'bool' ? cast(filled, 'bool') : filled)
}

export const shapes: Operators = [
  ['Flatten', anotherShape],
  ['Reshape', anotherShape],
  ['Squeeze', anotherShape],
  ['Unsqueeze', anotherShape],
  ['Transpose', transpose],
  ['Concat', concat],
  ['Expand', expand],
  ['Tile', tile],
  ['Shape', sizes],
  ['Range', range],
  ['ConstantOfShape', constantOfShape],
]
