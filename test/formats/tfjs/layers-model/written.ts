import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { TfjsLayersModel } from '../../../../src/formats/tfjs/layers-model/document.js'
import { readLayersTemplate } from '../../../../src/formats/tfjs/layers-model/template.js'
import { writeLayersModel } from '../../../../src/formats/tfjs/layers-model/write.js'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { saveModel } from '../../../../src/formats/tfjs/save.js'
import type { Graph } from '../../../../src/graph/types.js'
import type { FloatValue } from '../../../../src/runtime/session.js'
import { fromTensor, toTensor } from '../compare.js'
import { inFolder } from '../layers.js'

/** A Graph as a layers model by the template in `file`. */
export async function written(file: string, graph: Graph): Promise<TfjsLayersModel> {
  return writeLayersModel(await readLayersTemplate(file), graph)
}

/** A layers model as pare reads it from the files that it writes. */
export function readAgain(model: TfjsLayersModel): Promise<Graph> {
  return inFolder(folder => {
    const file = join(folder, 'model.json')
    saveModel(file, model)
    return readTfjs(file)
  })
}

/** A layers model as TF.js' own loader takes it. @throws where TF.js does not know a layer */
export function loadLayers(model: TfjsLayersModel): Promise<tf.LayersModel> {
  const { weightSpecs, weightData, ...document } = model
  return tf.loadLayersModel(
    tf.io.fromMemory({
      ...document,
      modelTopology: structuredClone(document.modelTopology),
      weightSpecs: weightSpecs.map(({ name, shape, dtype }) => ({ name, shape, dtype: dtype as 'float32' })),
      weightData: weightData.slice().buffer,
    }),
  )
}

/** What TF.js' CPU backend makes of inputs. */
export async function runLayers(
  model: TfjsLayersModel,
  inputs: readonly FloatValue[],
): Promise<readonly FloatValue[]> {
  await tf.setBackend('cpu')
  const loaded = await loadLayers(model)
  return [loaded.predict(inputs.map(toTensor))].flat().map(fromTensor)
}
