import { floatAttribute, intAttribute } from '../../graph/attributes.js'
import { GraphError } from '../../graph/types.js'
import { addBias, dense } from '../gradients/dense.js'
import { add, mul, reshape, type Tensor2D, transpose } from '../tf.js'
import type { Operator } from './operator.js'

/** alpha A' B' + beta C. A constant B is held as [in, out], whatever transB says. */
const gemm: Operator = ({ node, required, input, isConstant, isTrained }) => {
  const turned = (index: number, attribute: string) => {
    const x = required(index) as Tensor2D
    return intAttribute(node, attribute, 0) === 1 ? (transpose(x) as Tensor2D) : x
  }
  const a = turned(0, 'transA')
  const b = isConstant(1) ? (required(1) as Tensor2D) : turned(1, 'transB')
  const constants = [a, b].filter((_, i) => !isTrained(i))
  const alpha = floatAttribute(node, 'alpha', 1)
  const plain = dense(a, b, undefined, constants)
  const product = alpha === 1 ? plain : mul(plain, alpha)
  const c = input(2)
  if (c === undefined) return product
  const beta = floatAttribute(node, 'beta', 1)
  const shift = beta === 1 ? c : mul(c, beta)
  return shift.rank === 1 && shift.size === product.shape[1] ? addBias(product, shift) : add(product, shift)
}

const matmul: Operator = ({ node, required, isTrained }) => {
  const [a, b] = [required(0), required(1)]
  if (b.rank !== 2 || (a.rank !== 2 && a.rank !== 3))
    throw new GraphError(
      `node ${node.id} (MatMul): a product of ${a.rank}-D and ${b.rank}-D values cannot be trained`,
    )
  const rows = a.rank === 2 ? a : reshape(a, [-1, a.shape[2]!])
  const constants = [...(isTrained(0) ? [] : [rows]), ...(isTrained(1) ? [] : [b])]
  const y = dense(rows as Tensor2D, b as Tensor2D, undefined, constants)
  return a.rank === 2 ? y : reshape(y, [a.shape[0]!, a.shape[1]!, -1])
}

export const linear: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: matmul }
