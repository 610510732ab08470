/** Layers that have to do with the steps of a sequence: repeated, each on its own, and left out by masks. */

import { readFileSync, writeFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { channelGroups } from '../../../../src/graph/groups.js'
import { elementCount } from '../../../../src/graph/tensor.js'
import { randomStream } from '../../../../src/random.js'
import type { FloatValue } from '../../../../src/runtime/session.js'
import { normalSamples } from '../../../fixtures/run.js'
import { worstTwin } from '../../../fixtures/worst-twin.js'
import { difference, fromTensor, runLastly, toTensor } from '../compare.js'
import { inFolder, readSaved, saveLayers, shake } from '../layers.js'

const { layers } = tf

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const each = (layer: tf.layers.Layer) => layers.timeDistributed({ layer })
const clips = [3, 8, 6, 2]

const nets: Record<string, { shape: readonly number[]; made: () => tf.layers.Layer[] }> = {
  'a vector repeated': {
    shape: [4],
    made: () => [layers.dense({ units: 3 }), layers.repeatVector({ n: 5 }), layers.lstm({ units: 2 })],
  },
  'a dense layer on each step': {
    shape: [5, 4],
    made: () => [each(layers.dense({ units: 3, activation: 'softmax' }))],
  },
  'maps convolved, pooled and flattened step by step': {
    shape: clips,
    made: () => [
      each(layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' })),
      each(layers.maxPooling2d({ poolSize: 2 })),
      each(layers.conv2d({ filters: 3, kernelSize: 2 })),
      each(layers.flatten()),
      layers.gru({ units: 4 }),
    ],
  },
  'maps averaged step by step': {
    shape: clips,
    made: () => [
      each(layers.depthwiseConv2d({ kernelSize: 3 })),
      each(layers.batchNormalization({})),
      each(layers.globalAveragePooling2d({})),
      layers.globalMaxPooling1d({}),
    ],
  },
  'a reshape of each step': {
    shape: clips,
    made: () => [
      each(layers.reshape({ targetShape: [-1, 4] })),
      layers.conv2d({ filters: 2, kernelSize: 2 }),
    ],
  },
  'a model on each step': {
    shape: clips,
    made: () => [
      each(
        tf.sequential({
          layers: [
            layers.conv2d({ inputShape: clips.slice(1), filters: 3, kernelSize: 3 }),
            layers.flatten(),
            layers.dense({ units: 5 }),
          ],
        }),
      ),
      layers.simpleRNN({ units: 3 }),
    ],
  },
  'a mask that no layer heeds': {
    shape: [5, 4],
    made: () => [
      layers.masking({ maskValue: 2 }),
      layers.dense({ units: 3, activation: 'relu' }),
      layers.layerNormalization({}),
      each(layers.dense({ units: 2 })),
    ],
  },
}

function netOf({ shape, made }: (typeof nets)[string]): tf.LayersModel {
  const input = tf.input({ shape: [...shape] })
  const output = made().reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, input)
  return shake(tf.model({ inputs: input, outputs: output }))
}

/** Samples of which the first step is all twos, which a Masking leaves out. */
function samples(shape: readonly number[]): FloatValue {
  const whole = [2, ...shape]
  const data = normalSamples(randomStream(8, 0, 'samples'), elementCount(whole))
  return { data: data.fill(2, 0, elementCount(shape.slice(1))), shape: whole }
}

async function assertSame(
  model: tf.LayersModel,
  graph: Awaited<ReturnType<typeof readSaved>>,
  x: FloatValue,
) {
  const expected = [model.predict(toTensor(x))].flat().map(fromTensor)
  expect(difference(await runLastly(graph, [x]), expected)).toBeLessThanOrEqual(1e-4)
}

describe('what TF.js computes, ONNX Runtime computes after import', () => {
  it.each(Object.entries(nets))('%s', async (_, net) => {
    const model = netOf(net)
    await assertSame(model, await readSaved(model), samples(net.shape))
  })

  it('words whose mask no layer heeds', async () => {
    const model = shake(
      tf.sequential({
        layers: [
          layers.embedding({ inputDim: 6, outputDim: 3, inputLength: 4, maskZero: true }),
          layers.dense({ units: 2 }),
        ],
      }),
    )
    const words = { data: Float32Array.of(5, 0, 3, 3, 1, 2, 4, 0), shape: [2, 4] }
    await assertSame(model, await readSaved(model), words)
  })

  it.each([
    ['the wrapper', 'steps/'],
    ['the wrapper and the layer', 'steps/inside/'],
  ])('a layer on each step whose weights are called after %s', async (_, prefix) => {
    const inside = layers.conv2d({ filters: 3, kernelSize: 3, name: 'inside' })
    const net = { shape: clips, made: () => [layers.timeDistributed({ layer: inside, name: 'steps' })] }
    const model = netOf(net)
    const graph = await inFolder(async folder => {
      const file = await saveLayers(model, folder)
      const json = JSON.parse(readFileSync(file, 'utf8'))
      for (const weight of json.weightsManifest[0].weights)
        weight.name = `${prefix}${weight.name.split('/').at(-1)}`
      writeFileSync(file, JSON.stringify(json))
      return readTfjs(file)
    })
    await assertSame(model, graph, samples(clips))
  })
})

it('prunes what is convolved step by step', async () => {
  const graph = await readSaved(netOf(nets['maps convolved, pooled and flattened step by step']!))
  expect(channelGroups(graph).groups.map(({ size }) => size)).toEqual([4, 3])
  expect(await worstTwin(graph)).toBeLessThanOrEqual(1e-4)
})

describe('a layer that heeds a mask is refused', () => {
  const masked = () => layers.masking({ name: 'gap', inputShape: [5, 4] })
  const words = () => layers.embedding({ inputDim: 6, outputDim: 3, inputLength: 5, maskZero: true })
  const cases: Record<string, readonly [made: () => tf.layers.Layer[], line: string]> = {
    'Masking, LSTM': [
      () => [masked(), layers.lstm({ units: 2, name: 'reader' })],
      'layer reader (LSTM): it skips steps that a mask leaves out (Masking, mask_zero), which is not supported',
    ],
    'mask_zero, Dense, GRU': [
      () => [words(), layers.dense({ units: 2 }), layers.gru({ units: 2, name: 'reader' })],
      'layer reader (GRU): it skips steps',
    ],
    'Masking, a layer on each step, SimpleRNN': [
      () => [masked(), each(layers.dense({ units: 2 })), layers.simpleRNN({ units: 2, name: 'reader' })],
      'layer reader (SimpleRNN): it skips steps',
    ],
    'mask_zero, a model with an LSTM': [
      () => [
        words(),
        tf.sequential({ layers: [layers.lstm({ units: 2, name: 'reader', inputShape: [5, 3] })] }),
      ],
      'layer reader (LSTM): it skips steps',
    ],
  }

  it.each(Object.entries(cases))('%s', async (_, [made, line]) => {
    await expect(readSaved(tf.sequential({ layers: made() }))).rejects.toThrow(line)
  })
})
