import { floatAttribute } from '../../graph/attributes.js'
import {
  add,
  clipByValue,
  div,
  leakyRelu,
  maximum,
  mul,
  relu,
  reshape,
  sigmoid,
  sub,
  type Tensor,
  tanh,
} from '../tf.js'
import type { Operator } from './operator.js'

/** Largest float32; the limit of a Clip that leaves one out. */
const LARGEST = 3.4028234663852886e38

function unary(f: (x: Tensor) => Tensor): Operator {
  return ({ required }) => f(required(0))
}

/** A constant [c, 1, 1] or [1, c, 1, 1] beside a 4-D value belongs on the last axis here. */
function aligned(x: Tensor, rank: number): Tensor {
  const long = x.shape.filter(size => size > 1)
  const spatial =
    rank === 4 && x.shape.length >= 3 && x.shape.slice(-2).every(size => size === 1) && long.length <= 1
  return spatial && x.shape.length === 3 ? reshape(x, [long[0] ?? 1]) : x
}

function binary(f: (a: Tensor, b: Tensor) => Tensor): Operator {
  return ({ required }) => {
    const [a, b] = [required(0), required(1)]
    const rank = Math.max(a.shape.length, b.shape.length)
    return f(aligned(a, rank), aligned(b, rank))
  }
}

const clip: Operator = ({ node, required, constant }) => {
  const low = constant(1)?.[0] ?? floatAttribute(node, 'min', -LARGEST)
  const high = constant(2)?.[0] ?? floatAttribute(node, 'max', LARGEST)
  return clipByValue(required(0), low, high)
}

export const elementwise: Readonly<Record<string, Operator>> = {
  Relu: unary(relu),
  Sigmoid: unary(sigmoid),
  Tanh: unary(tanh),
  Identity: unary(x => x),
  Dropout: unary(x => x),
  LeakyRelu: ({ node, required }) => leakyRelu(required(0), floatAttribute(node, 'alpha', 0.01)),
  HardSigmoid: ({ node, required }) =>
    clipByValue(
      add(mul(required(0), floatAttribute(node, 'alpha', 0.2)), floatAttribute(node, 'beta', 0.5)),
      0,
      1,
    ),
  HardSwish: unary(x => mul(x, clipByValue(add(div(x, 6), 0.5), 0, 1))),
  PRelu: ({ required }) => {
    const x = required(0)
    const slope = aligned(required(1), x.shape.length)
    return add(maximum(x, 0), mul(slope, sub(x, maximum(x, 0))))
  },
  Clip: clip,
  Add: binary(add),
  Sub: binary(sub),
  Mul: binary(mul),
  Div: binary(div),
}
