import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeLayersModel } from '../../../../src/formats/tfjs/layers-model/write.js'
import { type Random, randomStream } from '../../../../src/random.js'
import { shake } from '../layers.js'
import { apply, type Net, nets, samples } from './nets.js'
import { apartAgain, apartInTfjs, openedModel, smaller } from './written.js'

const { layers } = tf

const TOLERANCE = 1e-4

/** TF.js does not write down the states that a layer begins with. */
const unknownToTfjs = ['states handed on']

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Layers before and behind a net, so that all its channels may go. */
function around(net: Net): Net {
  const mixed = (x: tf.SymbolicTensor, units: number) => apply(layers.dense({ units }), x)
  return x => {
    const made = [net(mixed(x, x.shape.at(-1)!))].flat()
    return made.map(y => mixed(mixed(y, y.shape.at(-1)!), 2))
  }
}

async function worst(shape: readonly number[], net: Net, inTfjs = true): Promise<number> {
  const input = tf.input({ shape: [...shape] })
  const { graph, template } = await openedModel(shake(tf.model({ inputs: input, outputs: net(input) })))
  const x = [samples(shape)]
  let most = 0
  for (const small of smaller(graph)) {
    const document = writeLayersModel(template, small)
    most = Math.max(most, await apartAgain(document, small, x))
    if (inTfjs) most = Math.max(most, await apartInTfjs(document, small, x))
  }
  return most
}

/** Layers that a map goes through and stays one. */
const steps: readonly ((random: Random) => tf.layers.Layer)[] = [
  random =>
    layers.conv2d({ filters: 2 + random.below(5), kernelSize: 3, padding: 'same', activation: 'relu' }),
  random => layers.conv2d({ filters: 2 + random.below(5), kernelSize: 2, useBias: false, padding: 'same' }),
  () => layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
  random => layers.separableConv2d({ filters: 2 + random.below(5), kernelSize: 3, padding: 'same' }),
  random => layers.conv2dTranspose({ filters: 2 + random.below(4), kernelSize: 2, padding: 'same' }),
  random => layers.dense({ units: 2 + random.below(5), activation: 'tanh' }),
  () => layers.batchNormalization({}),
  () => layers.layerNormalization({}),
  () => layers.prelu({ sharedAxes: [1, 2] }),
  () => layers.leakyReLU({}),
  () => layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
  () => layers.zeroPadding2d({ padding: 1 }),
]

function randomNet(random: Random): Net {
  return x => {
    const map = Array.from({ length: 6 }).reduce<tf.SymbolicTensor>(
      value => apply(steps[random.below(steps.length)]!(random), value),
      x,
    )
    const flat = random.below(2) === 0 ? layers.flatten() : layers.globalAveragePooling2d({})
    return apply(layers.dense({ units: 3 }), apply(layers.batchNormalization({}), apply(flat, map)))
  }
}

describe('TF.js computes from what is written what ONNX Runtime does of the compressed model', () => {
  it.each(Object.keys(nets))('%s', async name => {
    const { shape, net } = nets[name]!
    expect(await worst(shape, around(net), !unknownToTfjs.includes(name))).toBeLessThanOrEqual(TOLERANCE)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('layers in random order, number %i', async number => {
    const net = randomNet(randomStream(3, number, 'random layers'))
    expect(await worst([6, 5, 3], net)).toBeLessThanOrEqual(TOLERANCE)
  })
})
