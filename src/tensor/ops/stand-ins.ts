import { fakeQuantizeOf, integerRange } from '../../graph/fake-quantize.js'
import { fakeQuantize as quantized } from '../gradients/fake-quantize.js'
import { lookup as lookedUp } from '../gradients/lookup.js'
import { reshape } from '../tf.js'
import { asInOnnx, placeOf } from '../value.js'
import { cannotTrain, type Operator, type Operators } from './operator.js'

/** A weight is rounded in the layout of its readers, a value in that in which it comes. */
const fakeQuantize: Operator = context => {
  const { node, order, isTrained } = context
  const quantizer = fakeQuantizeOf(node)
  if (quantizer === undefined) throw cannotTrain(node, 'what is no quantiser')
  const value = order === null ? context.value(0) : asInOnnx(context.ordered(0, order))
  const x = value.tensor
  const scales = context.onnx(1)
  const step = () => {
    const { axis } = quantizer
    if (axis === null) return reshape(scales, [])
    const place = order === null ? placeOf(value.layout, axis, x.rank) : order.indexOf(axis)
    if (scales.size !== x.shape[place]) throw cannotTrain(node, `${scales.size} scales along axis ${axis}`)
    return reshape(
      scales,
      x.shape.map((size, i) => (i === place ? size : 1)),
    )
  }
  const zero = context.numbers(2)?.[0] ?? 0
  const { low, high, apart } = integerRange(quantizer)
  const spread = step()
  const constants = [x, spread].filter((_, i) => !isTrained(i))
  return { ...value, tensor: quantized(x, spread, { low: low - zero, high: high - zero, apart }, constants) }
}

/** A weight is looked up in the layout of its readers. */
const lookup: Operator = context => {
  const codebook = context.onnx(1)
  const indices = context.ordered(0, context.order)
  return asInOnnx(lookedUp(codebook, indices, context.isTrained(1) ? [] : [codebook]))
}

/** Operators of pare's own domain. */
export const standIns: Operators = [
  ['FakeQuantize', fakeQuantize],
  ['Lookup', lookup],
]
