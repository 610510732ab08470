import { dirname } from 'node:path'
import type { Graph } from '../../graph/types.js'
import { readGraphModel } from './graph-model/read.js'
import { readLayersModel } from './layers-model/read.js'
import { kindOf, readModelJson } from './model-json.js'
import { readWeights } from './weights/shards.js'

/**
 * A TF.js model, graph model or layers model, as a Graph with ONNX semantics.
 *
 * Layout: inside, maps are [n, c, h, w]. **Every 4-D input and output of the Graph is [n, c, h, w] too**, where the
 * TF.js model has [n, h, w, c]; values of other ranks stand as the model has them. Quantised weights become float32.
 * @param file the path of the model.json; its shards must lie in the same folder or below
 * @throws GraphError in one line: which weight, node or layer was not understood, or what is damaged
 */
export async function readTfjs(file: string): Promise<Graph> {
  const model = await readModelJson(file)
  const kind = kindOf(model)
  const weights = await readWeights(dirname(file), model.weightsManifest)
  switch (kind) {
    case 'graph-model':
      return readGraphModel(model, weights)
    case 'layers-model':
      return readLayersModel(model, weights)
  }
}

/** Whether a model.json is that of a layers model. @throws GraphError for what is no TF.js model */
export async function isLayersModel(file: string): Promise<boolean> {
  return kindOf(await readModelJson(file)) === 'layers-model'
}
