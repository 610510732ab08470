import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { readTfjs } from '../../../src/formats/tfjs/read.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { normalSamples } from '../../fixtures/run.js'

/** A folder that is gone after `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pare-tfjs-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Random weights, those of one axis positive (a variance must be). */
export function shake(model: tf.LayersModel, seed = 1): tf.LayersModel {
  const random = randomStream(seed, 0, 'weights')
  model.setWeights(
    model.getWeights().map(weight => {
      const normal = normalSamples(random, weight.size)
      const values = weight.rank === 1 ? normal.map(x => 0.2 + Math.abs(x)) : normal.map(x => x * 0.3)
      return tf.tensor(values, weight.shape)
    }),
  )
  return model
}

/** Saves as TF.js' own file handler does, in shards of at most `shardBytes`. */
export async function saveLayers(model: tf.LayersModel, folder: string, shardBytes = 1000): Promise<string> {
  await model.save(
    tf.io.withSaveHandler(async artifacts => {
      const bytes = Buffer.from(
        tf.io.concatenateArrayBuffers([artifacts.weightData ?? new ArrayBuffer(0)].flat()),
      )
      const paths: string[] = []
      for (let at = 0; at < bytes.length; at += shardBytes) {
        paths.push(`shard${paths.length}.bin`)
        writeFileSync(join(folder, paths.at(-1)!), bytes.subarray(at, at + shardBytes))
      }
      const { modelTopology, format, generatedBy, weightSpecs } = artifacts
      const json = { modelTopology, format, generatedBy, weightsManifest: [{ paths, weights: weightSpecs }] }
      writeFileSync(join(folder, 'model.json'), JSON.stringify(json))
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  return join(folder, 'model.json')
}

export function readSaved(model: tf.LayersModel): Promise<Graph> {
  return inFolder(async folder => readTfjs(await saveLayers(model, folder)))
}
