import { readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { readTfjs } from '../../../src/formats/tfjs/read.js'
import { GraphError } from '../../../src/graph/types.js'
import { FLOAT, type NodeDef, placeholder, saveGraph, type WeightDef } from './graph-model/graph-def.js'
import { inFolder, saveLayers } from './layers.js'

const weight: WeightDef = { name: 'w', shape: [3, 2], data: new Float32Array(6) }
const product: NodeDef = { name: 'y', op: 'MatMul', input: ['x', 'w'], attr: { T: FLOAT } }
const nodes = [placeholder('x', -1, 3), product]

/** The one line with which reading fails. */
async function refusal(file: string): Promise<string> {
  const error = await readTfjs(file).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(GraphError)
  return (error as GraphError).message
}

interface Manifest {
  paths: string[]
  weights: Record<string, unknown>[]
}

/** Changes the only group of weights in a model.json. */
const inGroup = (change: (group: Manifest) => void) => (json: Record<string, unknown>) => {
  change((json.weightsManifest as [Manifest])[0])
  return json
}

const files: [string, (folder: string) => string, RegExp][] = [
  ['a missing model file', folder => join(folder, 'none.json'), /cannot be read/],
  [
    'no JSON',
    folder => {
      writeFileSync(join(folder, 'model.json'), '<!DOCTYPE html>')
      return join(folder, 'model.json')
    },
    /found no JSON/,
  ],
  [
    'JSON of something else',
    folder => saveGraph(folder, nodes, [weight], () => ({ name: 'pare' })),
    /modelTopology/,
  ],
  ['a list', folder => saveGraph(folder, nodes, [weight], () => []), /expected object/],
  ['nodes that are none', folder => saveGraph(folder, [{ name: 'x', op: '' }]), /modelTopology, node\.0\.op/],
  [
    'another format',
    folder => saveGraph(folder, nodes, [weight], json => ({ ...json, format: 'onnx' })),
    /found format onnx/,
  ],
  [
    'a missing shard',
    folder => {
      const file = saveGraph(folder, nodes, [weight])
      rmSync(join(folder, 'weights.bin'))
      return file
    },
    /shard weights\.bin is missing/,
  ],
  [
    'a short shard',
    folder => {
      const file = saveGraph(folder, nodes, [weight])
      truncateSync(join(folder, 'weights.bin'), 20)
      return file
    },
    /weight w: needs 24 bytes, its shards have 20 left/,
  ],
  [
    'a long shard',
    folder => {
      const file = saveGraph(folder, nodes, [weight])
      writeFileSync(join(folder, 'weights.bin'), Buffer.alloc(30))
      return file
    },
    /need 24 bytes, their shards hold 30/,
  ],
  [
    'a huge weight',
    folder =>
      saveGraph(
        folder,
        nodes,
        [weight],
        inGroup(group => {
          group.weights[0]!.shape = [2 ** 30, 2 ** 20]
        }),
      ),
    /weight w: needs \d+ bytes/,
  ],
  ...['../secret.bin', '/etc/hostname', 'a/../../secret.bin', '..'].map(
    (path): [string, (folder: string) => string, RegExp] => [
      `the shard ${path}`,
      folder => {
        writeFileSync(join(folder, 'secret.bin'), Buffer.alloc(24))
        return saveGraph(
          join(folder, 'model'),
          nodes,
          [weight],
          inGroup(group => {
            group.paths = [path]
          }),
        )
      },
      /lies outside the model's folder/,
    ],
  ),
  [
    'a shard that is a link out of the folder',
    folder => {
      writeFileSync(join(folder, 'secret.bin'), Buffer.alloc(24))
      const file = saveGraph(join(folder, 'model'), nodes, [weight])
      rmSync(join(folder, 'model', 'weights.bin'))
      symlinkSync(join(folder, 'secret.bin'), join(folder, 'model', 'weights.bin'))
      return file
    },
    /lies outside the model's folder/,
  ],
  [
    'a quantised weight without a scale',
    folder =>
      saveGraph(
        folder,
        nodes,
        [{ ...weight, data: new Float32Array(3) }],
        inGroup(group => {
          group.weights[0]!.quantization = { dtype: 'uint16' }
        }),
      ),
    /needs a scale and a minimum/,
  ],
  [
    'text that the model reads',
    folder =>
      saveGraph(
        folder,
        nodes,
        [{ name: 'w', shape: [1], data: new Int32Array([0]) }],
        inGroup(group => {
          group.weights[0]!.dtype = 'string'
        }),
      ),
    /node w \(Const\): a weight of type string is not supported/,
  ],
  ['a weight twice', folder => saveGraph(folder, nodes, [weight, weight]), /weight w comes twice/],
  [
    'a cycle',
    folder =>
      saveGraph(folder, [
        { name: 'a', op: 'Add', input: ['x', 'b'] },
        { name: 'b', op: 'Relu', input: ['a'] },
        { name: 'c', op: 'Relu', input: ['b'] },
        placeholder('x', -1, 3),
      ]),
    /node a depends on itself|node b depends on itself/,
  ],
  [
    'an input that is not there',
    folder => saveGraph(folder, [placeholder('x', -1, 3), { name: 'y', op: 'Add', input: ['x', 'z'] }]),
    /node y reads z, which is not in the graph/,
  ],
  [
    'an output that a node does not have',
    folder => saveGraph(folder, [placeholder('x', -1, 3), { name: 'y', op: 'Relu', input: ['x:4'] }]),
    /reads x:4/,
  ],
  ['a node twice', folder => saveGraph(folder, [...nodes, product], [weight]), /node y is defined twice/],
  [
    'an operator that is not understood',
    folder => saveGraph(folder, [placeholder('x', -1, 3), { name: 'y', op: 'FFT', input: ['x'] }]),
    /node y \(FFT\): this operator is not supported/,
  ],
  [
    'an operator called constructor',
    folder => saveGraph(folder, [placeholder('x', -1, 3), { name: 'y', op: 'constructor', input: ['x'] }]),
    /node y \(constructor\): this operator is not supported/,
  ],
  [
    'shapes that do not fit',
    folder => saveGraph(folder, [placeholder('x', -1, 4), product], [weight]),
    /node y \(MatMul\): a dense weight of 3 inputs for 4 features/,
  ],
  [
    'channels first',
    folder =>
      saveGraph(folder, [
        placeholder('x', -1, 3, 8, 8),
        {
          name: 'y',
          op: 'MaxPool',
          input: ['x'],
          attr: { data_format: { s: Buffer.from('NCHW').toString('base64') } },
        },
      ]),
    /data format NCHW is not supported/,
  ],
]

describe('a damaged or foreign file is refused in one line', () => {
  it.each(files)('%s', async (_, make, message) => {
    await inFolder(async folder => {
      const line = await refusal(make(folder))
      expect(line).toMatch(message)
      expect(line).not.toContain('\n')
    })
  })

  it('text that nothing reads is skipped', async () => {
    await inFolder(async folder => {
      const label: WeightDef = { name: 'label', shape: [1], data: new Int32Array([0]) }
      const file = saveGraph(
        folder,
        nodes,
        [label, weight],
        inGroup(group => {
          group.weights[0]!.dtype = 'string'
        }),
      )
      const graph = await readTfjs(file)
      expect(graph.nodes.map(node => node.op)).toEqual(['Gemm'])
    })
  })
})

describe('a damaged layers model is refused in one line', () => {
  const damage = (change: (json: string) => string) =>
    inFolder(async folder => {
      const input = tf.input({ shape: [4], name: 'x' })
      const hidden = tf.layers.dense({ units: 3, name: 'hidden' })
      const out = tf.layers.dense({ units: 2, name: 'out' })
      const output = out.apply(hidden.apply(input)) as tf.SymbolicTensor
      const file = await saveLayers(tf.model({ inputs: input, outputs: output }), folder)
      writeFileSync(file, change(readFileSync(file, 'utf8')))
      return refusal(file)
    })

  it.each([
    ['a layer that is not there', '["hidden",0,0,{}]', '["gone",0,0,{}]', /layer out reads gone/],
    ['a cycle', '["x",0,0,{}]', '["out",0,0,{}]', /layer hidden reads out/],
    ['a missing weight', '"hidden/kernel"', '"other/kernel"', /layer hidden \(Dense\): its weight kernel/],
    ['an output that is not there', '[["out",0,0]]', '[["out",3,0]]', /output out is never made/],
    [
      'an unknown activation',
      '"activation":"linear"',
      '"activation":"sine"',
      /activation sine is not supported/,
    ],
    [
      'a wrong configuration',
      '"use_bias":true',
      '"use_bias":"yes"',
      /layer hidden \(Dense\): config, use_bias/,
    ],
  ])('%s', async (_, from, to, message) => {
    expect(await damage(json => json.replace(from, to))).toMatch(message)
  })
})
