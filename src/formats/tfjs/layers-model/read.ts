import { type Graph, GraphError } from '../../../graph/types.js'
import { Builder } from '../import/builder.js'
import { addInput, finish } from '../import/finish.js'
import type { ModelJson } from '../model-json.js'
import type { Weights } from '../weights/decode.js'
import { connectionsIn } from './connections.js'
import type { LayerCall } from './layer-call.js'
import { Masks } from './masks.js'
import { call, declaredInputs, isFunctional, nameOf } from './model.js'
import { type LayerSpec, parseFunctional, parseSequential, parseTopology } from './schema.js'

/**
 * A layers model: the topology of Keras 2 or 3, as TF.js saves it or the converter writes it from Keras.
 * @throws GraphError naming the layer and class that are not understood
 */
export function readLayersModel(model: ModelJson, weights: Weights): Graph {
  return importLayers(model, weights).graph
}

/** A layers model as a Graph, and where in it its layers and weights went. */
export interface ImportedLayers {
  readonly graph: Graph
  readonly calls: readonly LayerCall[]
  /** The key that each initializer was made for, by its name. */
  readonly keys: ReadonlyMap<string, string>
}

/** @throws GraphError as `readLayersModel` does. */
export function importLayers(model: ModelJson, weights: Weights): ImportedLayers {
  const spec = parseTopology(model.modelTopology)
  const b = new Builder()
  const inputs = declaredInputs(spec).map(({ name, shape }) => addInput(b, name, shape, 'float32'))
  const [fromKeras, major = '2'] = /^keras(?: v?(\d+))?/i.exec(model.generatedBy ?? '') ?? []
  const keras = fromKeras === undefined ? null : Number(major)
  const calls: LayerCall[] = []
  const values = call({ b, weights, keras, calls, masks: new Masks() }, spec, inputs, [])
  const names = outputNames(spec)
  const outputs = values.map((value, i) => {
    const name = names[i] ?? `output${i}`
    return { key: name, name, value }
  })
  if (outputs.length === 0) throw new GraphError('the model has no outputs')
  const named = inputs.map(value => ({ key: value.name, value }))
  return { graph: finish(b, nameOf(spec), named, outputs), calls, keys: b.keys }
}

/** The names of the layers that make the outputs. */
function outputNames(spec: LayerSpec): string[] {
  if (isFunctional(spec)) {
    const { output_layers } = parseFunctional(spec.config, 'the model')
    return connectionsIn(output_layers).map(({ layer }) => layer)
  }
  const last = parseSequential(spec.config, 'the model').layers.at(-1)
  return last === undefined ? [] : [nameOf(last)]
}
