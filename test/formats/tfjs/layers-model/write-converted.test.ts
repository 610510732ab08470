import '@tensorflow/tfjs-backend-cpu'
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TfjsLayersModel } from '../../../../src/formats/tfjs/layers-model/document.js'
import { writeLayersModel } from '../../../../src/formats/tfjs/layers-model/write.js'
import { savedModel } from '../export/loaded.js'
import { expected, fixtures, modelFile, recurrentFixtures } from '../fixtures.js'
import { apartAgain, apartInTfjs, opened, smaller } from './written.js'

const names = [...fixtures, ...recurrentFixtures]
  .map(([name]) => name)
  .filter(name => !name.includes('graph'))

const json = (name: string) => JSON.parse(readFileSync(modelFile(name), 'utf8'))

/** A topology of Keras under the names that TF.js has for what stands in it. */
function forTfjs({ modelTopology, weightSpecs, ...model }: TfjsLayersModel): TfjsLayersModel {
  const text = JSON.stringify(modelTopology, (_key, value) => {
    if (value?.class_name === 'DTypePolicy') return 'float32'
    if (value?.class_name !== 'SeparableConv2D' && value?.class_name !== 'InputLayer') return value
    const {
      kernel_initializer: _,
      kernel_regularizer: __,
      kernel_constraint: ___,
      batch_shape,
      ...rest
    } = value.config
    const shape = rest.batch_input_shape ?? batch_shape
    return { ...value, config: { ...rest, ...(shape && { batch_input_shape: shape }) } }
  })
  const nameOf = (name: string) =>
    name.replace(/^sequential\//, '').replace('depthwise_conv2d/kernel', 'depthwise_conv2d/depthwise_kernel')
  const specs = weightSpecs.map(spec => ({ ...spec, name: nameOf(spec.name) }))
  return { ...model, weightSpecs: specs, modelTopology: JSON.parse(text) }
}

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('a model of Keras', () => {
  it.each(names)('%s computes as written what it does compressed', async name => {
    const { graph, template } = await opened(modelFile(name))
    for (const seed of [1, 2])
      for (const small of smaller(graph, seed)) {
        const document = writeLayersModel(template, small)
        expect(await apartAgain(document, small, [expected(name).input])).toBeLessThanOrEqual(1e-4)
      }
  })

  it.each(['layers-convnet', 'keras3-convnet'])('%s computes the same in TF.js', async name => {
    const { graph, template } = await opened(modelFile(name))
    for (const small of smaller(graph)) {
      const document = forTfjs(writeLayersModel(template, small))
      expect(await apartInTfjs(document, small, [expected(name).input])).toBeLessThanOrEqual(1e-4)
    }
  })

  it.each(names)('%s stays what it was where nothing is cut', async name => {
    const { graph, template } = await opened(modelFile(name))
    const { weightSpecs, weightData, ...document } = writeLayersModel(template, graph)
    const { weightsManifest, ...before } = json(name)
    const whole = JSON.parse(
      JSON.stringify(before, (key, value) => (key === 'build_config' ? undefined : value)),
    )
    expect(document).toEqual(whole)
    expect(weightSpecs).toEqual(weightsManifest[0].weights)
    expect(Buffer.from(weightData)).toEqual(Buffer.from(savedModel(modelFile(name)).weightData))
  })
})
