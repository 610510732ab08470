import { intAttribute, stringAttribute } from '../attributes.js'
import type { Op } from './op.js'

/**
 * LSTM, GRU and RNN. Channels that they read can go; the state, which every gate and the recurrent matrix share, stays.
 * W is [directions, gates * hidden, input], R [directions, gates * hidden, hidden].
 */
export const recurrent: Op = {
  shapes(node, shapes) {
    const [input = '', weight = '', recurrence = ''] = node.inputs
    const batchFirst = intAttribute(node, 'layout', 0) === 1
    const [first = 1, second = 1] = shapes.of(input)
    const [steps, batch] = batchFirst ? [second, first] : [first, second]
    const directions = shapes.of(weight)[0] ?? 1
    const hidden = intAttribute(node, 'hidden_size', shapes.of(recurrence).at(-1) ?? 1)
    const all = batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
    const last = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    return node.outputs.map((_, i) => (i === 0 ? all : last))
  },
  couple(node, coupling) {
    const [input = '', weight = '', ...others] = node.inputs
    const reason = `${node.id}: the state of a recurrent layer (${stringAttribute(node, 'direction', 'forward')} ${node.op}) stays whole`
    for (const name of others.filter(other => other !== '')) coupling.freezeValue(name, node, reason)
    if (coupling.constant(weight) === undefined) return coupling.opaque(node, reason)
    const channels = coupling.channels(coupling.labels(input, node), 2, node)
    // The first axis holds directions, the second the gates of all units.
    for (const [axis, role] of [
      [0, 'parameter'],
      [1, 'producer'],
    ] as const)
      for (const atom of coupling.axis(weight, axis, role, node)) coupling.atoms.freeze(atom, reason)
    coupling.tieAll(coupling.axis(weight, 2, 'consumer', node), channels)
  },
  macs(node, shapes) {
    const [input = '', weight = '', recurrence = ''] = node.inputs
    const [steps = 1, batch = 1] = shapes.of(input)
    return [weight, recurrence].map(name => ({ kind: 'weight', weight: name, positions: steps * batch }))
  },
}
