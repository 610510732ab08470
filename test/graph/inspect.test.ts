import { expect, it } from 'vitest'
import { countMacs } from '../../src/graph/cost.js'
import { inspectGraph } from '../../src/graph/inspect.js'
import { randomStream } from '../../src/random.js'
import { Builder } from '../fixtures/random-graph/builder.js'

it('a layer that multiplies by two weights counts with both, as a recurrent one does', () => {
  const b = new Builder(randomStream(9, 0, 'inspect'))
  const [steps, channels, hidden] = [7, 6, 5]
  const x = b.input([steps, channels])
  const first = b.node('Transpose', [x.name], [], { perm: [1, 0, 2] })
  const weights = [b.weight([1, 4 * hidden, channels]), b.weight([1, 4 * hidden, hidden])]
  const [all = ''] = b.nodes('LSTM', [first.name, ...weights], 1, { hidden_size: hidden })
  b.output({ name: b.node('Transpose', [all], [], { perm: [2, 0, 1, 3] }).name, shape: [steps, 1, hidden] })
  const graph = b.graph()
  const byHand = steps * 4 * hidden * (channels + hidden)
  expect(countMacs(graph)).toBe(byHand)
  expect(inspectGraph(graph).macs).toBe(byHand)
})
