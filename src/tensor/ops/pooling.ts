import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { countedCells } from '../../graph/ops/window.js'
import { div } from '../gradients/arithmetic.js'
import { averagePool, maximumPool, windowSums } from '../gradients/pool.js'
import { abs, max, mean, pow, scalar, sum, type Tensor, type Tensor4D } from '../tf.js'
import { channelsLast } from '../value.js'
import { cannotTrain, type Operator, type OperatorContext, type Operators } from './operator.js'
import { as2D, fromMap, pairOf, windowOf } from './spatial.js'

/** A pool over windows: what it makes of a map, its kernel and its window. */
function pool(
  work: (
    x: Tensor4D,
    kernel: readonly [number, number],
    window: ReturnType<typeof windowOf>,
    context: OperatorContext,
  ) => Tensor4D,
): Operator {
  return context => {
    const { node } = context
    if (node.outputs.length > 1) throw cannotTrain(node, 'a pool that tells where it found its values')
    const map = context.map(0)
    const x = as2D(context, map)
    const spatial = map.shape.slice(1, -1)
    const kernel = intsAttribute(node, 'kernel_shape', spatial)
    return fromMap(work(x, pairOf(kernel, 1), windowOf(node, spatial, kernel), context), map.rank)
  }
}

const average = pool((x, kernel, window, { node, shape, onnxShape }) => {
  const spatial = onnxShape(0).slice(2)
  const counts = countedCells(node, spatial, intsAttribute(node, 'kernel_shape', spatial))
  const [rows, columns] = shape().length === 3 ? [[1], counts[0]!] : [counts[0]!, counts[1]!]
  return averagePool(x, kernel, window, [rows, columns])
})

/** The p-norm of what is summed up by `total`. */
function norm({ node }: OperatorContext, x: Tensor, total: (powers: Tensor) => Tensor): Tensor {
  const p = intAttribute(node, 'p', 2)
  return pow(total(pow(abs(x), scalar(p))), div(scalar(1), scalar(p)))
}

/** A function over all places of each channel. */
function global(work: (x: Tensor, axes: number[], context: OperatorContext) => Tensor): Operator {
  return context => {
    const x = context.map(0)
    const axes = Array.from({ length: x.rank - 2 }, (_, axis) => axis + 1)
    return channelsLast(work(x, axes, context))
  }
}

export const pooling: Operators = [
  ['MaxPool', pool(maximumPool)],
  ['AveragePool', average],
  [
    'LpPool',
    pool(
      (x, kernel, window, context) =>
        norm(context, x, powers => windowSums(powers as Tensor4D, kernel, window)) as Tensor4D,
    ),
  ],
  ['GlobalAveragePool', global((x, axes) => mean(x, axes, true))],
  ['GlobalMaxPool', global((x, axes) => max(x, axes, true))],
  ['GlobalLpPool', global((x, axes, context) => norm(context, x, powers => sum(powers, axes, true)))],
]
