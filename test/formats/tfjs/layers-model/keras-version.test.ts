import { readFileSync, writeFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { runLastly } from '../compare.js'
import { inFolder, saveLayers } from '../layers.js'

const points = [-4, -2.7, -1, 0, 0.5, 2.7, 4]

// https://keras.io/api/layers/activations: relu6(x + 3) / 6 since Keras 3; clip(0.2 x + 0.5, 0, 1) before, and in TF.js.
it.each([
  ['keras v3.15.1', (x: number) => Math.min(6, Math.max(0, x + 3)) / 6],
  ['keras v2.15.0', (x: number) => Math.min(1, Math.max(0, 0.2 * x + 0.5))],
  ['TensorFlow.js tfjs-layers v4.22.0', (x: number) => Math.min(1, Math.max(0, 0.2 * x + 0.5))],
])('reads the hard sigmoid of %s with its slope', async (generatedBy, expected) => {
  const model = tf.sequential({
    layers: [tf.layers.activation({ inputShape: [points.length], activation: 'hardSigmoid' })],
  })
  const graph = await inFolder(async folder => {
    const file = await saveLayers(model, folder)
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), generatedBy }))
    return readTfjs(file)
  })
  const [found] = await runLastly(graph, [{ data: Float32Array.from(points), shape: [1, points.length] }])
  points.forEach((x, i) => {
    expect(found!.data[i]).toBeCloseTo(expected(x), 5)
  })
})
