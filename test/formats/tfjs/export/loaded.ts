import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { type TfjsModel, writeTfjs } from '../../../../src/formats/tfjs/write.js'
import type { Graph } from '../../../../src/graph/types.js'
import type { FloatValue } from '../../../../src/runtime/session.js'
import type { Values } from '../../../fixtures/twin.js'
import { toChannelsFirst, toChannelsLast } from '../compare.js'

/** TF.js' reference, and the one that runs in browsers and in Node. Their kernels differ. */
export const backends = ['cpu', 'wasm'] as const

type Backend = (typeof backends)[number]

/** A model as TF.js' own loader takes it. */
async function load({ weightSpecs, weightData, ...document }: TfjsModel): Promise<tf.GraphModel> {
  const artifacts = {
    ...document,
    modelTopology: structuredClone(document.modelTopology),
    weightSpecs: weightSpecs.map(({ name, shape, dtype }) => ({ name, shape, dtype: dtype as 'float32' })),
    weightData: weightData.slice().buffer,
  }
  return tf.loadGraphModel(tf.io.fromMemory(artifacts))
}

/** A model from its files. */
export function savedModel(file: string): TfjsModel {
  const { weightsManifest, ...document } = JSON.parse(readFileSync(file, 'utf8'))
  const [{ paths, weights: weightSpecs }] = weightsManifest
  const shards = paths.map((path: string) => readFileSync(join(dirname(file), path)))
  return { ...document, weightSpecs, weightData: new Uint8Array(Buffer.concat(shards)) }
}

/** Outputs of a model in TF.js by the keys of its signature, for inputs by those. */
export async function runModel(model: TfjsModel, inputs: Values, backend: Backend = 'cpu'): Promise<Values> {
  await tf.setBackend(backend)
  const loaded = await load(model)
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape], 'float32')]),
  )
  const keys = Object.keys(model.signature.outputs)
  const outputs = [loaded.execute(feeds, keys)].flat()
  const values = outputs.map(
    (output): FloatValue => ({ data: Float32Array.from(output.dataSync()), shape: output.shape }),
  )
  for (const tensor of [...outputs, ...Object.values(feeds)]) tensor.dispose()
  loaded.dispose()
  return Object.fromEntries(keys.map((key, i) => [key, values[i]!]))
}

/** Outputs of a Graph that TF.js computes from what is written of it; inputs and outputs stand as the Graph has them. */
export async function runWritten(graph: Graph, inputs: Values, backend: Backend): Promise<Values> {
  await tf.setBackend(backend)
  const turned = (values: Values, turn: (value: FloatValue) => FloatValue) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, turn(value)]))
  const outputs = await runModel(writeTfjs(graph), turned(inputs, toChannelsLast), backend)
  return turned(outputs, toChannelsFirst)
}
