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

export const recurrent: readonly Case[] = (
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
