import { floatAttribute } from '../../graph/attributes.js'
import type { Node } from '../../graph/types.js'
import { clip } from '../gradients/rectify.js'
import { add, div, leakyRelu, mul, reshape, sigmoid, sub, type Tensor, tanh, transpose } from '../tf.js'
import type { Operator } from './operator.js'

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number

function unary(f: (x: Tensor) => Tensor): Operator {
  return ({ required }) => f(required(0))
}

/** A value as it meets a 4-D one: ONNX aligns shapes at their ends, [n, c, h, w], and here the channels stand last. */
function beside4D(x: Tensor): Tensor {
  if (x.rank === 4 || x.size === 1) return x
  return transpose(reshape(x, [...Array<number>(4 - x.rank).fill(1), ...x.shape]), [0, 2, 3, 1])
}

function aligned(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  return a.rank === 4 || b.rank === 4 ? [beside4D(a), beside4D(b)] : [a, b]
}

function binary(f: (a: Tensor, b: Tensor) => Tensor): Operator {
  return ({ required }) => f(...aligned(required(0), required(1)))
}

/** Lowest and highest value that a Clip lets through, given in attributes before operator set 11 and in inputs since. */
export function clipLimits(
  node: Node,
  constant: (index: number) => readonly number[] | undefined,
): readonly [number, number] {
  return [
    constant(1)?.[0] ?? floatAttribute(node, 'min', NEGATIVE_INFINITY),
    constant(2)?.[0] ?? floatAttribute(node, 'max', POSITIVE_INFINITY),
  ]
}

function hardSigmoid(x: Tensor, alpha: number, beta: number): Tensor {
  return clip(add(mul(x, alpha), beta), 0, 1)
}

export const elementwise: Readonly<Record<string, Operator>> = {
  Relu: unary(x => clip(x, 0, POSITIVE_INFINITY)),
  Sigmoid: unary(sigmoid),
  Tanh: unary(tanh),
  Identity: unary(x => x),
  Dropout: unary(x => x),
  Clip: ({ node, required, constant }) => clip(required(0), ...clipLimits(node, constant)),
  LeakyRelu: ({ node, required }) => leakyRelu(required(0), floatAttribute(node, 'alpha', 0.01)),
  HardSigmoid: ({ node, required }) =>
    hardSigmoid(required(0), floatAttribute(node, 'alpha', 0.2), floatAttribute(node, 'beta', 0.5)),
  HardSwish: unary(x => mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  PRelu({ required }) {
    const [x, slope] = aligned(required(0), required(1))
    const positive = clip(x, 0, POSITIVE_INFINITY)
    return add(positive, mul(slope, sub(x, positive)))
  },
  Add: binary(add),
  Sub: binary(sub),
  Mul: binary(mul),
  Div: binary(div),
}
