import { GraphError } from '../../../../graph/types.js'
import { float, int } from '../attribute.js'
import type { Builder } from '../builder.js'
import { axesApart, materialize, physicalAxis } from '../layout.js'
import { axisOf, type Computed, type Value } from '../value.js'
import { binary, clip, scalar, unary } from './elementwise.js'

type Activation = (b: Builder, x: Value) => Computed

const simple =
  (op: string): Activation =>
  (b, x) =>
    unary(b, op, x)

/** relu6(x + 3) / 6 */
function hardSigmoid(b: Builder, x: Value): Computed {
  return unary(b, 'HardSigmoid', x, { alpha: float(1 / 6), beta: float(0.5) })
}

function hardSwish(b: Builder, x: Value): Computed {
  return binary(b, 'Mul', x, hardSigmoid(b, x))
}

/** Keras' activations by their names. */
const activations: Readonly<Record<string, Activation>> = {
  linear: (b, x) => materialize(b, x),
  relu: simple('Relu'),
  relu6: (b, x) => clip(b, x, 0, 6),
  elu: simple('Elu'),
  selu: simple('Selu'),
  sigmoid: simple('Sigmoid'),
  tanh: simple('Tanh'),
  softplus: simple('Softplus'),
  softsign: simple('Softsign'),
  exponential: simple('Exp'),
  leaky_relu: (b, x) => leakyRelu(b, x, 0.2),
  // Slope 0.2, as Keras 2 and TF.js have it; Keras 3 calls the other one by the same name.
  hard_sigmoid: (b, x) => unary(b, 'HardSigmoid', x, { alpha: float(0.2), beta: float(0.5) }),
  hard_sigmoid_sixth: hardSigmoid,
  hard_silu: hardSwish,
  hard_swish: hardSwish,
  swish: (b, x) => binary(b, 'Mul', x, unary(b, 'Sigmoid', x)),
  silu: (b, x) => binary(b, 'Mul', x, unary(b, 'Sigmoid', x)),
  mish: (b, x) => binary(b, 'Mul', x, unary(b, 'Tanh', unary(b, 'Softplus', x))),
  gelu: (b, x) => {
    const erf = unary(b, 'Erf', binary(b, 'Mul', x, scalar(Math.SQRT1_2)))
    return binary(b, 'Mul', binary(b, 'Mul', x, scalar(0.5)), binary(b, 'Add', erf, scalar(1)))
  },
  softmax: (b, x) => softmax(b, 'Softmax', x, -1),
  log_softmax: (b, x) => softmax(b, 'LogSoftmax', x, -1),
}

/** An activation by Keras' name. @throws GraphError for a name that pare does not know. */
export function activation(b: Builder, name: string, x: Value): Computed {
  const found = Object.hasOwn(activations, name) ? activations[name] : undefined
  if (found === undefined) throw new GraphError(`activation ${name} is not supported`)
  return found(b, x)
}

export function leakyRelu(b: Builder, x: Value, slope: number): Computed {
  return unary(b, 'LeakyRelu', x, { alpha: float(slope) })
}

/** Softmax or LogSoftmax over an axis of TensorFlow's shape. */
export function softmax(b: Builder, op: 'Softmax' | 'LogSoftmax', value: Value, axis: number): Computed {
  const x = axesApart(b, value)
  const physical = physicalAxis(x.layout, axisOf(axis, x.shape.length))
  return unary(b, op, x, { axis: int(physical) })
}
