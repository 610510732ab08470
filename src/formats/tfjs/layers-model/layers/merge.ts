import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { einsum } from '../../import/ops/einsum.js'
import { binary, scalar } from '../../import/ops/elementwise.js'
import { unitLength } from '../../import/ops/normalization.js'
import { concat, reshape } from '../../import/ops/shape.js'
import { axisOf, type Computed, shapeOf, type Value } from '../../import/value.js'
import { type Call, type Layer, options } from '../call.js'

function folded(call: Call, op: string): Value {
  const [first, ...rest] = call.inputs
  if (first === undefined || rest.length === 0) throw new GraphError('expected two inputs or more')
  return rest.reduce<Value>((all, value): Computed => binary(call.b, op, all, value), first)
}

const merge =
  (op: string): Layer =>
  call =>
    folded(call, op)

const ofTwo =
  (op: string): Layer =>
  call => {
    if (call.inputs.length !== 2) throw new GraphError(`expected two inputs, found ${call.inputs.length}`)
    return folded(call, op)
  }

const dotSchema = z.looseObject({
  axes: z.union([z.number().int(), z.tuple([z.number().int(), z.number().int()])]),
  normalize: z.boolean().nullish(),
})

/** Keras's Dot: the sum of products along an axis of each operand; of two vectors a sample, one number. */
const dot: Layer = call => {
  const { axes, normalize } = options(call, dotSchema)
  const [left, right] = call.inputs
  if (left === undefined || right === undefined || call.inputs.length !== 2)
    throw new GraphError(`expected two inputs, found ${call.inputs.length}`)
  const operand = (value: Value, axis: number, letters: string) => {
    const rank = shapeOf(value).length
    const summed = axisOf(axis, rank)
    if (summed === 0 || rank > 4) throw new GraphError(`a product along axis ${axis} of ${rank} axes`)
    const names = [...'n'.concat(letters)].slice(0, rank - 1)
    return {
      value: normalize === true ? unitLength(call.b, value, summed) : value,
      letters: names.toSpliced(summed, 0, 's').join(''),
      kept: names.slice(1).join(''),
    }
  }
  const [first, second] = typeof axes === 'number' ? [axes, axes] : axes
  const [x, y] = [operand(left, first, 'abc'), operand(right, second, 'xyz')]
  const made = einsum(call.b, `${x.letters},${y.letters}->n${x.kept}${y.kept}`, x.value, y.value)
  return made.shape.length === 1 ? reshape(call.b, made, [made.shape[0] ?? null, 1]) : made
}

/** Functions of two values that Keras 2 writes for arithmetic in Python. */
const functions = new Map([
  ['__operators__.add', 'Add'],
  ['math.add', 'Add'],
  ['math.subtract', 'Sub'],
  ['math.multiply', 'Mul'],
  ['math.truediv', 'Div'],
  ['math.divide', 'Div'],
])

const called: Layer = call => {
  const { function: name } = options(call, z.looseObject({ function: z.string() }))
  const op = functions.get(name)
  if (op === undefined) throw new GraphError(`the function ${name} is not supported`)
  return ofTwo(op)(call)
}

/** Layers that join values, and Keras 3's operators of the same names, which take numbers as well. */
export const merges: Readonly<Record<string, Layer>> = {
  Add: merge('Add'),
  Multiply: merge('Mul'),
  Maximum: merge('Max'),
  Minimum: merge('Min'),
  Subtract: ofTwo('Sub'),
  Divide: ofTwo('Div'),
  TrueDivide: ofTwo('Div'),
  Dot: dot,
  TFOpLambda: called,
  Average: call => binary(call.b, 'Mul', folded(call, 'Add'), scalar(1 / call.inputs.length)),
  Concatenate: call => {
    const { axis } = options(call, z.looseObject({ axis: z.number().int().nullish() }))
    const [first] = call.inputs
    if (first === undefined) throw new GraphError('expected inputs, found none')
    return concat(call.b, call.inputs, axisOf(axis ?? -1, shapeOf(first).length))
  },
}
