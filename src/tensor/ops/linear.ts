import { floatAttribute, intAttribute } from '../../graph/attributes.js'
import { add, mul } from '../gradients/arithmetic.js'
import { addBias, dense } from '../gradients/dense.js'
import { product } from '../gradients/product.js'
import { reshape, scalar, type Tensor, type Tensor2D, transpose } from '../tf.js'
import { asInOnnx } from '../value.js'
import { axisOrder } from '../weight-layout.js'
import type { Operator, Operators } from './operator.js'

const times = (x: Tensor, factor: number) => {
  if (factor === 1) return x
  const number = scalar(factor)
  return mul(x, number, [number])
}

/** alpha A' B' + beta C. */
const gemm: Operator = context => {
  const { node, has, isTrained } = context
  const given = context.onnx(0)
  const a = (intAttribute(node, 'transA', 0) === 1 ? transpose(given) : given) as Tensor2D
  const b = context.ordered(1, axisOrder(node, 1, context.onnxShape(1))) as Tensor2D
  const constants = [a, b].filter((_, i) => !isTrained(i))
  const made = times(dense(a, b, undefined, constants), floatAttribute(node, 'alpha', 1))
  if (!has(2)) return asInOnnx(made)
  const c = times(context.onnx(2), floatAttribute(node, 'beta', 1))
  const bias = c.rank === 1 && c.size === made.shape[1]
  return asInOnnx(bias ? addBias(made, c) : add(made, c))
}

/** A product of stacks of matrices; a vector is a matrix of one row or column. */
const matmul: Operator = context => {
  const [a, b] = [context.onnx(0), context.onnx(1)]
  const left = a.rank === 1 ? reshape(a, [1, -1]) : a
  const right = b.rank === 1 ? reshape(b, [-1, 1]) : b
  const constants = [left, right].filter((_, i) => !context.isTrained(i))
  const made = product(left, right, constants)
  return asInOnnx(left === a && right === b ? made : reshape(made, [...context.shape()]))
}

export const linear: Operators = [
  ['Gemm', gemm],
  ['MatMul', matmul],
]
