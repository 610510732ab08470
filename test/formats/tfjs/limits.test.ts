import { expect, it } from 'vitest'
import { readOnnx } from '../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { Builder } from '../../../src/formats/tfjs/import/builder.js'
import { Masks } from '../../../src/formats/tfjs/layers-model/masks.js'
import { call } from '../../../src/formats/tfjs/layers-model/model.js'
import { GraphError } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { Builder as GraphBuilder } from '../../fixtures/random-graph/builder.js'

it('refuses numbers that are no integers where integers are needed', () => {
  expect(() => new Builder().integers([1, 0.75])).toThrow(GraphError)
})

it('writes a float that is more than a float32 holds as infinite', () => {
  const b = new GraphBuilder(randomStream(1, 0, 'float'))
  const x = b.input([3])
  b.output(b.node('LeakyRelu', [x.name], [3], { alpha: { float: 1e308 } }))
  expect(readOnnx(writeOnnx(b.graph())).nodes[0]?.attributes.alpha).toEqual({
    kind: 'float',
    value: Infinity,
  })
})

it('refuses thousands of layers in reverse', () => {
  const layer = (i: number) => ({
    class_name: 'ReLU',
    name: `l${i}`,
    config: {},
    inbound_nodes: [[[i === 0 ? 'x' : `l${i - 1}`, 0, 0]]],
  })
  const layers = Array.from({ length: 3000 }, (_, i) => layer(i)).reverse()
  const config = { layers, input_layers: [['x', 0, 0]], output_layers: [['l2999', 0, 0]] }
  const weights = { tensors: new Map(), skipped: new Map() }
  const x = {
    kind: 'computed',
    name: 'x',
    shape: [null, 3],
    layout: { kind: 'plain' },
    dtype: 'float32',
  } as const
  const read = () =>
    call(
      { b: new Builder(), weights, keras: 2, calls: [], masks: new Masks() },
      { class_name: 'Functional', name: 'm', config },
      [x],
      [],
    )
  expect(read).toThrow(/model m: too many layers stand before those they read/)
})
