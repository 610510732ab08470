import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { frontAxis } from '../../graph/axes.js'
import { sub } from '../gradients/arithmetic.js'
import { abs, add, exp, log, max, mean, min, prod, reshape, sqrt, square, sum, type Tensor } from '../tf.js'
import { asInOnnx, placeOf, toOnnx } from '../value.js'
import { cannotTrain, type Operator, type OperatorContext, type Operators } from './operator.js'

/** Over some axes, each of which stays at length 1. */
type Reduction = (x: Tensor, axes: number[]) => Tensor

/** The axes that go, counted from the front; all where none is given. */
function axesOf({ node, has, numbers }: OperatorContext, rank: number): readonly number[] {
  const given = has(1) ? numbers(1) : intsAttribute(node, 'axes', [])
  if (given === undefined) throw cannotTrain(node, 'a reduction over axes that are computed')
  if (given.length > 0) return given.map(axis => frontAxis(axis, rank))
  const none = intAttribute(node, 'noop_with_empty_axes', 0) === 1
  return none ? [] : Array.from({ length: rank }, (_, axis) => axis)
}

/** A map that keeps all its axes stays one. */
function reduction(f: Reduction): Operator {
  return context => {
    const value = context.value(0)
    const { rank } = value.tensor
    const axes = axesOf(context, rank)
    const keep = intAttribute(context.node, 'keepdims', 1) === 1
    if (axes.length === 0) return value
    if (keep) {
      const places = axes.map(axis => placeOf(value.layout, axis, rank))
      return { ...value, tensor: f(value.tensor, places) }
    }
    return asInOnnx(reshape(f(toOnnx(value), [...axes]), [...context.shape()]))
  }
}

const total: Reduction = (x, axes) => sum(x, axes, true)

/** log(sum(exp(x))), by the largest element, so that nothing overflows. */
const logSumExp: Reduction = (x, axes) => {
  const most = max(x, axes, true)
  return add(log(total(exp(sub(x, most)), axes)), most)
}

export const reductions: Operators = [
  ['ReduceMean', reduction((x, axes) => mean(x, axes, true))],
  ['ReduceSum', reduction(total)],
  ['ReduceMax', reduction((x, axes) => max(x, axes, true))],
  ['ReduceMin', reduction((x, axes) => min(x, axes, true))],
  ['ReduceProd', reduction((x, axes) => prod(x, axes, true))],
  ['ReduceL1', reduction((x, axes) => total(abs(x), axes))],
  ['ReduceL2', reduction((x, axes) => sqrt(total(square(x), axes)))],
  ['ReduceLogSum', reduction((x, axes) => log(total(x, axes)))],
  ['ReduceLogSumExp', reduction(logSumExp)],
  ['ReduceSumSquare', reduction((x, axes) => total(square(x), axes))],
]
