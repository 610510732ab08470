import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { graphOf, type TfjsLayersModel } from '../../../../src/formats/tfjs/layers-model/document.js'
import {
  type LayersTemplate,
  readLayersTemplate,
} from '../../../../src/formats/tfjs/layers-model/template.js'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { saveModel } from '../../../../src/formats/tfjs/save.js'
import { channelGroups } from '../../../../src/graph/groups.js'
import { sliceGraph } from '../../../../src/graph/slice.js'
import type { Graph } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import type { FloatValue } from '../../../../src/runtime/session.js'
import { simplify } from '../../../../src/runtime/simplify.js'
import { randomKept } from '../../../fixtures/policies.js'
import { difference, fromTensor, runLastly, toTensor } from '../compare.js'
import { inFolder, saveLayers } from '../layers.js'

/** A layers model as commands have it: what it is compressed as, and what the result is written by. */
export interface Opened {
  readonly graph: Graph
  readonly template: LayersTemplate
}

export async function opened(file: string): Promise<Opened> {
  return { graph: await simplify(await readTfjs(file)), template: await readLayersTemplate(file) }
}

export function openedModel(model: tf.LayersModel): Promise<Opened> {
  return inFolder(async folder => opened(await saveLayers(model, folder)))
}

/** The graph with every second channel of each group, and with some of them at random. */
export function smaller(graph: Graph, seed = 8): Graph[] {
  const { groups } = channelGroups(graph)
  const half = groups.map(({ name, size }) => {
    const kept = Array.from({ length: Math.max(1, Math.floor(size / 2)) }, (_, i) => 2 * i)
    return [name, Int32Array.from(kept)] as const
  })
  const random = randomKept(groups, randomStream(seed, 0, 'kept'))
  return [new Map(half), random].map(kept => sliceGraph(graph, groups, kept))
}

/** A layers model as TF.js' own loader takes it. */
function loadLayers(model: TfjsLayersModel): Promise<tf.LayersModel> {
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

/** The largest difference between what TF.js makes of a layers model and ONNX Runtime of the graph that was written. */
export async function apartInTfjs(
  model: TfjsLayersModel,
  graph: Graph,
  inputs: readonly FloatValue[],
): Promise<number> {
  const loaded = await loadLayers(model)
  const found = [loaded.predict(inputs.map(toTensor))].flat().map(fromTensor)
  return difference(found, await runLastly(graph, inputs))
}

/** The same for pare, which reads the files that it writes. */
export async function apartAgain(
  model: TfjsLayersModel,
  graph: Graph,
  inputs: readonly FloatValue[],
): Promise<number> {
  const expected = await runLastly(graph, inputs)
  const again = await inFolder(folder => {
    saveModel(join(folder, 'model.json'), model)
    return readTfjs(join(folder, 'model.json'))
  })
  const found = await Promise.all([again, graphOf(model)].map(made => runLastly(made, inputs)))
  return Math.max(...found.map(outputs => difference(outputs, expected)))
}
