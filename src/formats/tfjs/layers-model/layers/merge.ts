import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { binary, scalar } from '../../import/ops/elementwise.js'
import { concat } from '../../import/ops/shape.js'
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

export const merges: Readonly<Record<string, Layer>> = {
  Add: merge('Add'),
  Multiply: merge('Mul'),
  Maximum: merge('Max'),
  Minimum: merge('Min'),
  Subtract: call => {
    if (call.inputs.length !== 2) throw new GraphError(`expected two inputs, found ${call.inputs.length}`)
    return folded(call, 'Sub')
  },
  Average: call => binary(call.b, 'Mul', folded(call, 'Add'), scalar(1 / call.inputs.length)),
  Concatenate: call => {
    const { axis } = options(call, z.looseObject({ axis: z.number().int().nullish() }))
    const [first] = call.inputs
    if (first === undefined) throw new GraphError('expected inputs, found none')
    return concat(call.b, call.inputs, axisOf(axis ?? -1, shapeOf(first).length))
  },
}
