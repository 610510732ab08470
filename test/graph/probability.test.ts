import { expect, it } from 'vitest'
import { isProbability } from '../../src/graph/probability.js'
import type { Graph } from '../../src/graph/types.js'

/** A chain of operators over one input. */
function chain(...ops: readonly string[]): Graph {
  const nodes = ops.map((op, i) => ({
    ...{ id: `n${i}`, op, domain: '', inputs: [i === 0 ? 'x' : `v${i - 1}`], outputs: [`v${i}`] },
    attributes: {},
  }))
  const value = (name: string) => ({ name, dtype: 'float32' as const, shape: ['n', 1, 4, 4] as const })
  return {
    ...{
      name: 'chain',
      irVersion: 8,
      opset: 17,
      otherOpsets: {},
      metadata: {},
      nodes,
      initializers: new Map(),
    },
    ...{ inputs: [value('x')], outputs: [value(`v${ops.length - 1}`)] },
  }
}

it.each([
  [['Conv', 'Sigmoid'], true],
  [['Conv', 'HardSigmoid', 'Squeeze'], true],
  [['Conv', 'Sigmoid', 'QuantizeLinear', 'DequantizeLinear', 'Cast'], true],
  [['Conv', 'Sigmoid', 'Resize', 'Reshape'], true],
  [['Conv'], false],
  [['Sigmoid', 'Conv'], false],
  [['Conv', 'Sigmoid', 'Log'], false],
  [['Conv', 'Resize'], false],
])('%j ends with probabilities: %s', (ops, expected) => {
  const graph = chain(...ops)
  expect(isProbability(graph, graph.outputs[0]!.name)).toBe(expected)
})
