import { inferShapes } from '../../../graph/shapes.js'
import { type Graph, GraphError, type Tensor } from '../../../graph/types.js'
import { naming } from '../../naming.js'
import { encodeWeights } from '../weights/encode.js'
import type { TfjsLayersModel } from './document.js'
import { addedWeights } from './export/added.js'
import { foundCalls, isSame, manifestName } from './export/found-call.js'
import { rewritten } from './export/rewritten.js'
import type { LayersTemplate } from './template.js'

type Settings = Readonly<Record<string, unknown>>

/**
 * A Graph that was made of a layers model as a layers model: the same layers under the same names, with the widths and
 * weights that they have now. What pare does not know of the topology stays as it was.
 * @throws GraphError in one line that names the layer that cannot say what it has become
 */
export function writeLayersModel(
  { model, weights, imported }: LayersTemplate,
  graph: Graph,
): TfjsLayersModel {
  const made = new Map<string, Tensor>()
  const beside = new Map<string, string[]>()
  const settings = new Map<unknown, Settings>()
  const put = (name: string, tensor: Tensor) => {
    const other = made.get(name)
    if (other !== undefined && !isSame(other, tensor))
      throw new GraphError(`its weight ${name} is no longer the same in every call`)
    made.set(name, tensor)
  }
  for (const call of foundCalls(imported, graph, inferShapes(graph)))
    naming(call.title, () => {
      const now = rewritten(call)
      for (const [read, tensor] of now.weights) put(manifestName(read), tensor)
      const added = addedWeights(call)
      for (const { name, beside: sibling = '', tensor } of added) {
        put(name, tensor)
        beside.set(sibling, [...new Set([...(beside.get(sibling) ?? []), name])])
      }
      const all = { ...now.settings, ...Object.fromEntries(added.map(({ flag }) => [flag, true])) }
      const other = new Map(Object.entries(settings.get(call.config) ?? {}))
      for (const [key, value] of Object.entries(all))
        if (other.has(key) && JSON.stringify(other.get(key)) !== JSON.stringify(value))
          throw new GraphError(`its ${key} is no longer the same in every call`)
      settings.set(call.config, { ...Object.fromEntries(other), ...all })
    })
  const names = [...weights.keys(), ''].flatMap(name => [name, ...(beside.get(name) ?? [])]).filter(Boolean)
  // What no layer reads has no bearing on the outputs.
  const tensors = new Map(names.map(name => [name, made.get(name) ?? weights.get(name)!]))
  const { specs, bytes } = encodeWeights(tensors)
  const { weightsManifest: _, modelTopology, ...document } = model
  return {
    ...document,
    modelTopology: withSettings(modelTopology, settings),
    weightSpecs: specs,
    weightData: bytes,
  }
}

/** The topology with other settings in some configurations, and without the shapes that Keras 3 built its layers for. */
function withSettings(
  topology: Settings,
  settings: ReadonlyMap<unknown, Settings>,
): Readonly<Record<string, unknown>> {
  try {
    const text = JSON.stringify(topology, (key, value) => {
      if (key === 'build_config') return undefined
      const own = settings.get(value)
      return own === undefined ? value : { ...value, ...own }
    })
    return JSON.parse(text)
  } catch (cause) {
    throw new GraphError('the topology is nested too deeply', { cause })
  }
}
