import { describe, expect, it } from 'vitest'
import { channelGroups } from '../../src/graph/groups.js'
import { settleReshapes } from '../../src/graph/settle-reshapes.js'
import { toNumbers } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { simplify } from '../../src/runtime/simplify.js'
import { Builder } from '../fixtures/random-graph/builder.js'
import { worstTwin } from '../fixtures/worst-twin.js'

/** Two dense layers on a sequence [n, 5, 4], each between Reshapes whose shapes are worked out, as Tensordot has it. */
function tensordots(): Graph {
  const b = new Builder(randomStream(9, 0, 'tensordot'))
  const call = (op: string, inputs: string[]) => b.node(op, inputs, []).name
  const layer = (x: string, from: number, to: number) => {
    const free = call('Gather', [call('Shape', [x]), b.integers(0, 1)])
    const rows = b.node('ReduceProd', [free], [], { axes: [0], keepdims: 1 }).name
    const flat = b.node('Concat', [rows, b.integers(from)], [], { axis: 0 }).name
    const product = call('MatMul', [call('Reshape', [x, flat]), b.weight([from, to], from)])
    const whole = b.node('Concat', [free, b.integers(to)], [], { axis: 0 }).name
    return call('Reshape', [product, whole])
  }
  const hidden = call('Relu', [layer(b.input([5, 4]).name, 4, 8)])
  b.output({ name: layer(hidden, 8, 3), shape: [5, 3] })
  return b.graph()
}

describe('the shapes that Reshapes are given', () => {
  it('become constants with -1 for what the batch changes', () => {
    const settled = settleReshapes(tensordots())
    const shapes = settled.nodes.flatMap(({ op, inputs }) => {
      const target = settled.initializers.get(inputs[1] ?? '')
      return op === 'Reshape' && target !== undefined ? [toNumbers(target)] : []
    })
    expect(shapes).toEqual([
      [-1, 4],
      [-1, 5, 8],
      [-1, 8],
      [-1, 5, 3],
    ])
  })

  it('no longer keep channels from being pruned', async () => {
    const graph = await simplify(tensordots())
    expect(channelGroups(graph).groups.map(({ size }) => size)).toEqual([8])
    expect(await worstTwin(graph)).toBeLessThanOrEqual(1e-5)
  })

  it('leave out a Reshape that changes nothing', () => {
    const b = new Builder(randomStream(9, 0, 'same'))
    const same = b.node('Reshape', [b.input([5, 4]).name, b.integers(-1, 5, 4)], [5, 4])
    b.output(b.node('Relu', [same.name], [5, 4]))
    expect(settleReshapes(b.graph()).nodes.map(({ op }) => op)).toEqual(['Relu'])
  })
})
