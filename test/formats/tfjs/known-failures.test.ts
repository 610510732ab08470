/** What reading TF.js models got wrong elsewhere, each under its number in the collection of known failures. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { readTfjs } from '../../../src/formats/tfjs/read.js'
import { type Graph, GraphError } from '../../../src/graph/types.js'
import { difference, fromTensor, runLastly, toTensor } from './compare.js'
import { FLOAT, placeholder, saveGraph } from './graph-model/graph-def.js'
import { inFolder, saveLayers, shake } from './layers.js'

const { layers } = tf
const x = { data: Float32Array.of(1, -2, 3, 0.5, 2, -1, 0, 4), shape: [2, 4] }

/** Two branches of dense layers with batch norm, added. */
function net(): tf.LayersModel {
  const input = tf.input({ shape: [4], name: 'x' })
  const branch = (name: string) =>
    layers.dense({ units: 3, name }).apply(layers.batchNormalization({ name: `${name}_norm` }).apply(input))
  const sum = layers.add({ name: 'sum' }).apply([branch('left'), branch('right')] as tf.SymbolicTensor[])
  return shake(tf.model({ inputs: input, outputs: sum as tf.SymbolicTensor }))
}

interface Document {
  readonly modelTopology: { readonly config: { readonly layers: { inbound_nodes: unknown }[] } }
  readonly weightsManifest: [{ readonly weights: { name: string }[] }]
}

/** The model read again after a change to its model.json. */
const changed = (model: tf.LayersModel, change: (json: Document) => void): Promise<Graph> =>
  inFolder(async folder => {
    const file = await saveLayers(model, folder)
    const json = JSON.parse(readFileSync(file, 'utf8'))
    change(json)
    writeFileSync(file, JSON.stringify(json))
    return readTfjs(file)
  })

async function assertSame(model: tf.LayersModel, graph: Graph): Promise<void> {
  const expected = [model.predict(toTensor(x))].flat().map(fromTensor)
  expect(difference(await runLastly(graph, [x]), expected)).toBeLessThanOrEqual(1e-5)
}

/** Lists of lists, one level less. */
const flatter = (nodes: unknown) => (nodes as unknown[]).flat()

describe('G02: calls in lists of fewer levels than Keras writes', () => {
  it('are calls of their own where nothing is lost', async () => {
    const model = shake(
      tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 3 }), layers.dense({ units: 2 })] }),
    )
    const functional = tf.model({ inputs: model.inputs, outputs: model.outputs })
    const graph = await changed(functional, ({ modelTopology }) => {
      for (const layer of modelTopology.config.layers) layer.inbound_nodes = flatter(layer.inbound_nodes)
    })
    await assertSame(functional, graph)
  })

  it.each([1, 2])(
    'are refused at once in one line where a sum is torn apart, %i levels less',
    async levels => {
      const reading = changed(net(), ({ modelTopology }) => {
        for (const layer of modelTopology.config.layers)
          for (let i = 0; i < levels; i++) layer.inbound_nodes = flatter(layer.inbound_nodes)
      })
      await expect(reading).rejects.toThrow(GraphError)
      await expect(reading).rejects.toThrow(/^[^\n]*layer [^\n]*$/)
    },
    10_000,
  )
})

describe('G03: weights under other names than their layers', () => {
  it.each([
    ['with the model before them', (name: string) => `model_1/${name}`],
    ['with a cell between', (name: string) => name.replace('/', '/cell/')],
  ])('are found %s', async (_, rename) => {
    const model = net()
    const graph = await changed(model, ({ weightsManifest: [{ weights }] }) => {
      for (const weight of weights) weight.name = rename(weight.name)
    })
    await assertSame(model, graph)
  })

  it('are missed by name', async () => {
    const reading = changed(net(), ({ weightsManifest: [{ weights }] }) => {
      for (const weight of weights) weight.name = weight.name.replace('left_norm/moving_mean', 'mean')
    })
    await expect(reading).rejects.toThrow(/layer left_norm \(BatchNormalization\): its weight moving_mean/)
  })
})

const nodes = [placeholder('x', -1, 3), { name: 'y', op: 'MatMul', input: ['x', 'w'], attr: { T: FLOAT } }]

describe('G04: what stands in place of a shard', () => {
  it.each([
    [
      'Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      'shard weights.bin: expected weights, found a Git LFS pointer of 70 bytes',
    ],
    [
      'HTML page',
      '<!DOCTYPE html>\n<title>404</title>',
      'shard weights.bin: expected weights, found an HTML page of 34 bytes',
    ],
    ['cut', '12345678', 'shard weights.bin: weight w: needs 24 bytes, its shards have 8 left'],
  ])('%s', async (_, content, line) => {
    const reading = inFolder(async folder => {
      const file = saveGraph(folder, nodes, [{ name: 'w', shape: [3, 2], data: new Float32Array(6) }])
      writeFileSync(join(folder, 'weights.bin'), content)
      return readTfjs(file)
    })
    await expect(reading).rejects.toThrow(line)
  })
})

it('G05: floats behind an odd number of bytes are read', async () => {
  const values = Float32Array.of(1, -2, 0.5, 3, 0.25, -1)
  const graph = await inFolder(async folder => {
    const file = saveGraph(folder, nodes, [{ name: 'w', shape: [3, 2], data: values }], json => ({
      ...json,
      weightsManifest: [
        {
          paths: ['weights.bin'],
          weights: [
            { name: 'flags', shape: [1], dtype: 'bool' },
            { name: 'q', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 1, min: 0 } },
            { name: 'codes', shape: [1], dtype: 'uint8' },
            { name: 'h', shape: [1], dtype: 'float32', quantization: { dtype: 'float16' } },
            { name: 'w', shape: [3, 2], dtype: 'float32' },
          ],
        },
      ],
    }))
    const odd = Buffer.from([1, 7, 8, 9, 5, 0, 0x3c])
    writeFileSync(join(folder, 'weights.bin'), Buffer.concat([odd, Buffer.from(values.buffer)]))
    return readTfjs(file)
  })
  const [found] = await runLastly(graph, [{ data: Float32Array.of(1, 0, 0, 0, 1, 0), shape: [2, 3] }])
  expect([...found!.data]).toEqual([...values.subarray(0, 4)])
})
