import { describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { channelGroups } from '../../src/graph/groups.js'
import { GraphError } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { openSession } from '../../src/runtime/session.js'
import { Builder } from '../fixtures/random-graph/builder.js'
import { conv } from '../fixtures/random-graph/layers.js'
import { smallNet } from '../fixtures/small-net.js'

/** A net whose first layer, a convolution of [1, 6, 6] by [5, 1, 3, 3], is another operator or has other attributes. */
function firstLayer(op: string, attributes: Readonly<Record<string, number | readonly number[]>>) {
  const graph = smallNet(1)
  const [first, ...others] = graph.nodes
  const given = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === 'number' ? { kind: 'int', value } : { kind: 'ints', value },
  ])
  return { ...graph, nodes: [{ ...first!, op, attributes: Object.fromEntries(given) }, ...others] }
}

describe('layers that do not fit are refused in one line, as ONNX Runtime refuses them', () => {
  it.each([
    ['one stride', 'Conv', { strides: [1] }, /expected 2 strides/],
    ['no step', 'Conv', { strides: [0, 1] }, /strides of at least 1, found \[0,1\]/],
    ['pads of two axes', 'Conv', { pads: [1, 1] }, /expected 4 pads/],
    ['three dilations', 'Conv', { dilations: [1, 1, 1] }, /expected 2 dilations/],
    ['another kernel', 'Conv', { kernel_shape: [2, 2] }, /kernel_shape is \[2,2\]/],
    ['groups the input has not', 'Conv', { group: 5 }, /does not fit an input of 1 channels/],
    ['a weight for other channels', 'ConvTranspose', {}, /does not fit an input of 1 channels/],
  ])('%s', async (_, op, attributes, reason) => {
    const graph = firstLayer(op, attributes)
    expect(() => channelGroups(graph)).toThrow(GraphError)
    expect(() => channelGroups(graph)).toThrow(reason)
    const run = async () => {
      const session = await openSession(writeOnnx(graph))
      try {
        await session.run({ x: { data: new Float32Array(36), shape: [1, 1, 6, 6] } })
      } finally {
        await session.close()
      }
    }
    await expect(run()).rejects.toThrow()
  })
})

it('a cut along one axis twice is refused', () => {
  const b = new Builder(randomStream(1, 0, 'slice'))
  const x = conv(b, b.input([3, 8, 8]), 5)
  const cut = [
    [3, 3],
    [5, 5],
    [1, -3],
  ].map(numbers => b.integers(...numbers))
  b.output(b.node('Slice', [x.name, ...cut], [2, 8, 8]))
  expect(() => channelGroups(b.graph())).toThrow(/along one of the axes \[1,-3\] twice/)
})

describe('names that every object has', () => {
  it.each(['constructor', '__proto__', 'toString'])('an operator called %s is none that is known', op => {
    const graph = readOnnx(writeOnnx(firstLayer(op, {})))
    expect(() => channelGroups(graph)).not.toThrow(TypeError)
  })
})
