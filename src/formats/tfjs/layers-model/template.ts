import { assertPlausible } from '../../../graph/plausible.js'
import { allocate } from '../../../graph/tensor.js'
import { GraphError, type Tensor } from '../../../graph/types.js'
import { kindOf, type ModelJson, readModelJson } from '../model-json.js'
import type { WeightSpec } from '../weights/manifest.js'
import { type ImportedLayers, importLayers } from './read.js'

/** A layers model without the numbers of its weights: what models that are made of it are written by. */
export interface LayersTemplate {
  readonly model: ModelJson
  readonly imported: ImportedLayers
  /** The weights in the order of the manifest, all zeros. */
  readonly weights: ReadonlyMap<string, Tensor>
}

/**
 * The template in a model.json, whose weights need not be there.
 * @throws GraphError for what is no layers model, or one that pare cannot read
 */
export async function readLayersTemplate(file: string): Promise<LayersTemplate> {
  const model = await readModelJson(file)
  if (kindOf(model) !== 'layers-model') throw new GraphError('expected a layers model, found a graph model')
  const specs = model.weightsManifest.flatMap(({ weights }) => weights)
  const weights = new Map(specs.flatMap(spec => zeros(spec)))
  return { model, weights, imported: importLayers(model, { tensors: weights, skipped: new Map() }) }
}

function zeros({ name, shape, dtype }: WeightSpec): (readonly [string, Tensor])[] {
  if (dtype === 'string' || dtype === 'complex64') return []
  assertPlausible(shape, `weight ${name}`)
  const length = shape.reduce((product, size) => product * size, 1)
  return [[name, { dtype, shape, data: allocate(dtype, length) }]]
}
