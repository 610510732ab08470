import { type Case, c } from './case.js'

/** Of sequences [2, n, in], the first axis the steps. */
function layer(
  op: string,
  gates: number,
  attributes: Case['steps'][number]['attributes'],
  more = false,
): Case {
  const [hidden, inputs] = [3, 4]
  const directions = attributes?.direction === 'bidirectional' ? 2 : 1
  const wide = gates * hidden
  const name = `${op} ${JSON.stringify(attributes)} ${more ? 'with biases' : ''}`
  const constants = [
    c(directions, wide, inputs),
    c(directions, wide, hidden),
    ...(more ? [c(directions, 2 * wide)] : []),
  ]
  return {
    name,
    sample: [5, inputs],
    steps: [{ op, constants, attributes: { ...attributes, hidden_size: hidden } }],
  }
}

/** Keras's hard gates, once with the numbers written out; the others that ONNX Runtime has. */
const activated: readonly Case[] = [
  layer('LSTM', 4, {
    activations: ['HardSigmoid', 'Tanh', 'Tanh'],
    activation_alpha: [0.2],
    activation_beta: [0.5],
  }),
  layer('GRU', 3, { activations: ['HardSigmoid', 'Softsign'], linear_before_reset: 1 }, true),
  layer(
    'LSTM',
    4,
    {
      direction: 'bidirectional',
      activations: ['hardsigmoid', 'Affine', 'ScaledTanh', 'Sigmoid', 'LeakyRelu', 'HardSigmoid'],
      activation_alpha: [1 / 6, 0.8, 1.2, 0.1, 0.3],
      activation_beta: [0.5, 0.1, 0.7, 0.4],
    },
    true,
  ),
  ...['Elu', 'Relu', 'Softplus', 'ThresholdedRelu'].map(name =>
    layer('RNN', 1, {
      activations: [name],
      ...(name === 'ThresholdedRelu' && { activation_alpha: [0.1] }),
    }),
  ),
]

const usual: readonly Case[] = (
  [
    ['LSTM', 4],
    ['GRU', 3],
    ['RNN', 1],
  ] as const
).flatMap(([op, gates]) => [
  layer(op, gates, {}),
  layer(op, gates, { direction: 'reverse' }, true),
  layer(op, gates, { direction: 'bidirectional' }, true),
  ...(op === 'GRU' ? [layer(op, gates, { linear_before_reset: 1 }, true)] : []),
])

export const recurrent: readonly Case[] = [...usual, ...activated]
