import { floatsAttribute, stringsAttribute } from '../../graph/attributes.js'
import { abs, add, div, leakyRelu, mul, sigmoid, softplus, step, sub, type Tensor, tanh } from '../tf.js'
import { cannotTrain, type OperatorContext } from './operator.js'
import { exponential, hardSigmoid, rectified } from './unary.js'

/** A function of each element. */
export type Activation = (x: Tensor) => Tensor

interface Kind {
  /** What alpha and beta are where the node leaves them out; as many as the function takes. */
  readonly defaults: readonly number[]
  of(x: Tensor, alpha: number, beta: number): Tensor
}

/** By ONNX's names in small letters, as ONNX Runtime compares them. */
const kinds = new Map<string, Kind>([
  ['affine', { defaults: [1, 0], of: (x, alpha, beta) => add(mul(x, alpha), beta) }],
  ['elu', { defaults: [1], of: (x, alpha) => exponential(x, alpha) }],
  ['hardsigmoid', { defaults: [0.2, 0.5], of: hardSigmoid }],
  ['leakyrelu', { defaults: [0.01], of: leakyRelu }],
  ['relu', { defaults: [], of: rectified }],
  ['scaledtanh', { defaults: [1, 1], of: (x, alpha, beta) => mul(tanh(mul(x, beta)), alpha) }],
  ['sigmoid', { defaults: [], of: sigmoid }],
  ['softplus', { defaults: [], of: softplus }],
  ['softsign', { defaults: [], of: x => div(x, add(abs(x), 1)) }],
  ['tanh', { defaults: [], of: tanh }],
  ['thresholdedrelu', { defaults: [1], of: (x, alpha) => mul(x, step(sub(x, alpha))) }],
])

/**
 * The activations of a recurrent layer for each direction. Alphas and betas stand in lists of their own, from which each
 * function that takes one takes the next.
 * @param usual those of one direction where the node names none
 */
export function activationsOf(
  { node }: OperatorContext,
  usual: readonly string[],
  directions: number,
): Activation[][] {
  const all = Array.from({ length: directions }, () => usual).flat()
  const names = stringsAttribute(node, 'activations', all)
  if (names.length !== all.length)
    throw cannotTrain(node, `a recurrent layer of ${names.length} activations instead of ${all.length}`)
  const lists = ['activation_alpha', 'activation_beta'].map(name => [...floatsAttribute(node, name, [])])
  const made = names.map((name): Activation => {
    const kind = kinds.get(name.toLowerCase())
    if (kind === undefined) throw cannotTrain(node, `a recurrent layer with ${name}`)
    const [alpha = 1, beta = 0] = kind.defaults.map((usually, i) => lists[i]?.shift() ?? usually)
    return x => kind.of(x, alpha, beta)
  })
  return Array.from({ length: directions }, (_, i) => made.slice(i * usual.length, (i + 1) * usual.length))
}
