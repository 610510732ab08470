import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { assertWellFormed } from '../../../../src/graph/well-formed.js'
import { difference, fromTensor, runLastly, toTensor } from '../compare.js'
import { readSaved, shake } from '../layers.js'
import { chain, map, type Net, nets, samples } from './nets.js'

const { layers } = tf

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('what TF.js computes, ONNX Runtime computes after import', () => {
  it.each(Object.keys(nets))('%s', async name => {
    const { shape, net } = nets[name]!
    const input = tf.input({ shape })
    const model = shake(tf.model({ inputs: input, outputs: net(input) }))
    const graph = await readSaved(model)
    assertWellFormed(graph)
    const x = samples(shape)
    const expected = [model.predict(toTensor(x))].flat().map(fromTensor)
    expect(difference(await runLastly(graph, [x]), expected)).toBeLessThanOrEqual(1e-4)
  })
})

describe('the graph', () => {
  const read = (shape: number[], net: Net) => {
    const input = tf.input({ shape })
    return readSaved(shake(tf.model({ inputs: input, outputs: net(input) })))
  }

  it('declares maps with channels first and the batch open', async () => {
    const graph = await read(
      map,
      chain(() => layers.conv2d({ filters: 5, kernelSize: 3, strides: 2 })),
    )
    expect(graph.inputs[0]?.shape).toEqual(['batch', 4, 9, 8])
    expect(graph.outputs[0]?.shape).toEqual(['batch', 5, 4, 3])
  })

  it.each([
    'flatten over cells',
    'residual, concat, gate',
    'batch normalisation',
    'prelu',
    'dense over cells',
  ])('needs no Transpose: %s', async name => {
    const graph = await read(nets[name]!.shape, nets[name]!.net)
    expect(graph.nodes.filter(node => node.op === 'Transpose')).toEqual([])
  })

  it('pads a map that only convolutions read within them', async () => {
    const graph = await read(
      map,
      chain(
        () =>
          layers.zeroPadding2d({
            padding: [
              [0, 1],
              [0, 1],
            ],
          }),
        () => layers.conv2d({ filters: 2, kernelSize: 3 }),
      ),
    )
    expect(graph.nodes.map(node => node.op)).toEqual(['Conv'])
    expect(graph.nodes[0]?.attributes.pads).toEqual({ kind: 'ints', value: [0, 0, 1, 1] })
  })

  it('holds the weights of a layer called several times once', async () => {
    const graph = await read(
      nets['one layer called three times']!.shape,
      nets['one layer called three times']!.net,
    )
    expect(graph.nodes.filter(node => node.op === 'Conv')).toHaveLength(3)
    expect(graph.initializers.size).toBe(2)
  })

  it('keeps the output names of a Sequential model', async () => {
    const graph = await readSaved(
      shake(tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 2, name: 'scores' })] })),
    )
    expect(graph.inputs.map(input => input.name)).toEqual(['scores_input'])
    expect(graph.outputs.map(output => output.name)).toEqual(['scores'])
  })
})

it('pads a causal convolution in front, which TF.js itself does not compute', async () => {
  const made = (padding: 'causal' | 'valid', length: number) =>
    shake(
      tf.sequential({
        layers: [
          layers.conv1d({ inputShape: [length, 2], filters: 3, kernelSize: 3, dilationRate: 2, padding }),
        ],
      }),
    )
  const x = samples([9, 2])
  const padded = tf.pad(toTensor(x), [
    [0, 0],
    [4, 0],
    [0, 0],
  ])
  const expected = fromTensor([made('valid', 13).predict(padded)].flat()[0]!)
  const found = await runLastly(await readSaved(made('causal', 9)), [x])
  expect(difference(found, [expected])).toBeLessThanOrEqual(1e-5)
})

it('takes the rows of an embedding that words name', async () => {
  const model = shake(
    tf.sequential({ layers: [layers.embedding({ inputDim: 6, outputDim: 3, inputLength: 4 })] }),
  )
  const words = { data: Float32Array.of(5, 0, 3, 3, 1, 2, 4, 5), shape: [2, 4] }
  const found = await runLastly(await readSaved(model), [words])
  const expected = fromTensor([model.predict(toTensor(words))].flat()[0]!)
  expect(difference(found, [expected])).toBeLessThanOrEqual(1e-6)
})

it('names a layer that it does not understand', async () => {
  const model = tf.sequential({
    layers: [layers.conv3d({ inputShape: [3, 3, 3, 1], filters: 1, kernelSize: 2, name: 'cube' })],
  })
  await expect(readSaved(model)).rejects.toThrow('layer cube (Conv3D): this kind of layer is not supported')
})

it('refuses a layer that keeps its state from batch to batch', async () => {
  const model = tf.sequential({
    layers: [layers.gru({ batchInputShape: [1, 4, 3], units: 2, stateful: true, name: 'memory' })],
  })
  await expect(readSaved(model)).rejects.toThrow('layer memory (GRU): a layer that keeps its state')
})
