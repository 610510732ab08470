import { intAttribute, stringAttribute } from '../../graph/attributes.js'
import { axisAttribute, frontAxis } from '../../graph/axes.js'
import { elementCount } from '../../graph/tensor.js'
import { take } from '../gradients/take.js'
import { argMax, concat, cumsum, neg, reshape, type Tensor, tensor } from '../tf.js'
import { asInOnnx } from '../value.js'
import { alongLast } from './along-last.js'
import { cannotTrain, type Operator, type OperatorContext, type Operators } from './operator.js'

const indicesOf = (context: OperatorContext, index: number): readonly number[] =>
  context.numbers(index) ?? [...context.onnx(index).dataSync()]

const stridesOf = (shape: readonly number[]) => shape.map((_, axis) => elementCount(shape.slice(axis + 1)))

/** The place in a value of the shape `into` that each index along `axis` names, the other axes staying as they are. */
function places(
  { node }: OperatorContext,
  indices: readonly number[],
  shape: readonly number[],
  into: readonly number[],
  axis: number,
): Int32Array {
  const [own, theirs] = [stridesOf(shape), stridesOf(into)]
  return Int32Array.from(indices, (index, i) => {
    const front = frontAxis(index, into[axis]!)
    if (!(front >= 0 && front < into[axis]!))
      throw cannotTrain(node, `an index outside an axis of ${into[axis]}`)
    return shape.reduce((sum, size, a) => {
      const at = a === axis ? front : Math.floor(i / own[a]!) % size
      return sum + at * theirs[a]!
    }, 0)
  })
}

/** One element for each index. */
const gatherElements: Operator = context => {
  const x = context.onnx(0)
  const shape = context.shape()
  const axis = axisAttribute(context.node, 0, x.rank)
  const from = places(context, indicesOf(context, 1), shape, x.shape, axis)
  return asInOnnx(reshape(take(reshape(x, [x.size]), from), [...shape]))
}

/** A value with the updates at some of its places; of several for one place the last stays. */
function updated(context: OperatorContext, x: Tensor, updates: Tensor, at: Int32Array): Tensor {
  if (stringAttribute(context.node, 'reduction', 'none') !== 'none')
    throw cannotTrain(context.node, 'a scatter that adds up')
  const from = Int32Array.from({ length: x.size }, (_, i) => i)
  at.forEach((place, i) => {
    from[place] = x.size + i
  })
  const all = concat([reshape(x, [x.size]), reshape(updates, [updates.size])])
  return reshape(take(all, from), x.shape)
}

const scatterElements: Operator = context => {
  const [x, updates] = [context.onnx(0), context.onnx(2)]
  const axis = axisAttribute(context.node, 0, x.rank)
  const at = places(context, indicesOf(context, 1), updates.shape, x.shape, axis)
  return asInOnnx(updated(context, x, updates, at))
}

const scatterND: Operator = context => {
  const [x, updates] = [context.onnx(0), context.onnx(2)]
  const indices = indicesOf(context, 1)
  const depth = context.onnxShape(1).at(-1) ?? 1
  const strides = stridesOf(x.shape)
  const inner = elementCount(x.shape.slice(depth))
  const at = Int32Array.from({ length: updates.size }, (_, i) => {
    const row = Math.floor(i / inner) * depth
    const start = strides.slice(0, depth).reduce((sum, stride, a) => {
      const index = frontAxis(indices[row + a]!, x.shape[a]!)
      if (!(index >= 0 && index < x.shape[a]!)) throw cannotTrain(context.node, 'an index outside its axis')
      return sum + index * stride
    }, 0)
    return start + (i % inner)
  })
  return asInOnnx(updated(context, x, updates, at))
}

/** The place of the largest or smallest element along an axis. */
function argument(turn: (x: Tensor) => Tensor): Operator {
  return context => {
    const { node } = context
    if (intAttribute(node, 'select_last_index', 0) === 1)
      throw cannotTrain(node, 'the last of equal elements')
    const x = context.onnx(0)
    return asInOnnx(reshape(argMax(turn(x), axisAttribute(node, 0, x.rank)), [...context.shape()]))
  }
}

const cumulative: Operator = context => {
  const x = context.onnx(0)
  const [axis] = context.numbers(1) ?? []
  if (axis === undefined) throw cannotTrain(context.node, 'a sum along a computed axis')
  const flag = (name: string) => intAttribute(context.node, name, 0) === 1
  // TF.js's gradient along another axis than the last has its axes in the wrong order.
  return asInOnnx(
    alongLast(x, frontAxis(axis, x.rank), turned =>
      cumsum(turned, turned.rank - 1, flag('exclusive'), flag('reverse')),
    ),
  )
}

/** The largest (or smallest) elements along an axis, in order, and where they stand. */
const topK: Operator = context => {
  const x = context.onnx(0)
  const shape = [...context.shape()]
  const axis = axisAttribute(context.node, -1, x.rank)
  const sign = intAttribute(context.node, 'largest', 1) === 1 ? -1 : 1
  const data = x.dataSync()
  const step = elementCount(x.shape.slice(axis + 1))
  const [size, count] = [x.shape[axis]!, shape[axis]!]
  const found = new Int32Array(elementCount(shape))
  const lines = x.size / size
  for (let line = 0; line < lines; line++) {
    const [outer, inner] = [Math.floor(line / step), line % step]
    const value = (i: number) => data[outer * size * step + i * step + inner]!
    const order = Array.from({ length: size }, (_, i) => i).sort(
      (a, b) => sign * (value(a) - value(b)) || a - b,
    )
    for (let i = 0; i < count; i++) found[outer * count * step + i * step + inner] = order[i]!
  }
  const from = places(context, [...found], shape, x.shape, axis)
  return [asInOnnx(reshape(take(reshape(x, [x.size]), from), shape)), asInOnnx(tensor(found, shape, 'int32'))]
}

export const scatters: Operators = [
  ['GatherElements', gatherElements],
  ['ScatterElements', scatterElements],
  ['ScatterND', scatterND],
  ['ArgMax', argument(x => x)],
  ['ArgMin', argument(neg)],
  ['CumSum', cumulative],
  ['TopK', topK],
]
