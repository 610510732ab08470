import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { binary, scalar } from '../../import/ops/elementwise.js'
import { type Recurrence, recurrent, type Walked } from '../../import/ops/recurrent.js'
import { concat, slice } from '../../import/ops/shape.js'
import { type Computed, shapeOf, type Value } from '../../import/value.js'
import { activationOf, type Call, functionName, type Layer, only, options, required } from '../call.js'

const flag = z.boolean().nullish()

const schema = z.looseObject({
  activation: functionName.nullish(),
  recurrent_activation: functionName.nullish(),
  use_bias: flag,
  return_sequences: flag,
  return_state: flag,
  go_backwards: flag,
  stateful: flag,
  time_major: flag,
  reset_after: flag,
})

type Config = z.infer<typeof schema>

/** ONNX's name for each of Keras's recurrent layers. */
const operators = new Map<string, Recurrence['op']>([
  ['LSTM', 'LSTM'],
  ['GRU', 'GRU'],
  ['SimpleRNN', 'RNN'],
])

/** A walk through the sequence that a layer reads, and the layer's configuration. */
function walk(
  call: Call,
  op: Recurrence['op'],
  way: 'forward' | 'backward' | 'configured',
): Walked & { readonly config: Config } {
  const config = options(call, schema)
  if (config.stateful === true) throw new GraphError('a layer that keeps its state is not supported')
  if (config.time_major === true) throw new GraphError('sequences of time first are not supported')
  const [sequence, ...initial] = call.inputs
  if (sequence === undefined || shapeOf(sequence).length !== 3)
    throw new GraphError(`expected a sequence, found shape [${sequence && shapeOf(sequence)}]`)
  if (call.names.some(name => name !== null && name !== 'initial_state' && name !== 'sequences'))
    throw new GraphError(`an input named ${call.names.find(name => name !== null)} is not supported`)
  const bias = config.use_bias === false ? undefined : required(call, 'bias')
  const layer: Recurrence = {
    op,
    kernel: required(call, 'kernel'),
    recurrent: required(call, 'recurrent_kernel'),
    bias,
    activation: activationOf(call, config.activation ?? 'tanh'),
    gate: activationOf(call, config.recurrent_activation ?? 'sigmoid'),
    backwards: way === 'backward' || (way === 'configured' && config.go_backwards === true),
    resetAfter: config.reset_after ?? bias?.tensor.shape.length === 2,
  }
  return { ...recurrent(call.b, sequence, layer, initial), config }
}

const single =
  (op: Recurrence['op']): Layer =>
  call => {
    const { sequence, states, config } = walk(call, op, 'configured')
    const last = states[0]!
    // What goes backwards comes out in the order in which it was read.
    const turned = { axis: 1, start: -1, end: null, step: -1 } as const
    const read = config.go_backwards === true ? () => slice(call.b, sequence, [turned]) : () => sequence
    return [config.return_sequences === true ? read() : last, ...(config.return_state === true ? states : [])]
  }

const inner = z.looseObject({
  class_name: z.string(),
  config: z.looseObject({ name: z.string(), go_backwards: flag }),
})

/** Two walks through one sequence, in both directions. */
const bidirectional: Layer = call => {
  only(call)
  const { layer, backward_layer, merge_mode } = options(
    call,
    z.looseObject({
      layer: inner,
      backward_layer: inner.nullish(),
      merge_mode: z.enum(['concat', 'sum', 'mul', 'ave']).nullable().default('concat'),
    }),
  )
  const other = backward_layer ?? layer
  const [op, opposite] = [operators.get(layer.class_name), operators.get(other.class_name)]
  if (op === undefined || opposite === undefined)
    throw new GraphError(`one of ${layer.class_name} is not supported`)
  if (layer.config.go_backwards === true) throw new GraphError('a layer turned twice is not supported')
  const named = (prefix: string, name: string) => (name.startsWith(prefix) ? name : `${prefix}${name}`)
  const forward = walk(call.within(named('forward_', layer.config.name), layer.config), op, 'forward')
  const backward = walk(
    call.within(named('backward_', other.config.name), other.config),
    opposite,
    'backward',
  )
  const made = ({ sequence, states, config }: typeof forward): Computed =>
    config.return_sequences === true ? sequence : states[0]!
  const states = forward.config.return_state === true ? [...forward.states, ...backward.states] : []
  return [...merged(call, merge_mode, made(forward), made(backward)), ...states]
}

function merged(
  call: Call,
  mode: 'concat' | 'sum' | 'mul' | 'ave' | null,
  x: Computed,
  y: Computed,
): Value[] {
  switch (mode) {
    case null:
      return [x, y]
    case 'concat':
      return [concat(call.b, [x, y], x.shape.length - 1)]
    case 'mul':
      return [binary(call.b, 'Mul', x, y)]
    case 'sum':
      return [binary(call.b, 'Add', x, y)]
    case 'ave':
      return [binary(call.b, 'Mul', binary(call.b, 'Add', x, y), scalar(0.5))]
  }
}

export const recurrences: Readonly<Record<string, Layer>> = {
  ...Object.fromEntries([...operators].map(([name, op]) => [name, single(op)])),
  Bidirectional: bidirectional,
}
