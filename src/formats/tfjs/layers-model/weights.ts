import { GraphError } from '../../../graph/types.js'
import { type Constant, weightKey } from '../import/value.js'
import type { Weights } from '../weights/decode.js'

/**
 * The weight `name` of the layer at `path` (the models around it, then the layer). Weights are called `layer/name`;
 * some versions put the models around it before that, or a cell between the two.
 * @throws GraphError where several weights could be meant
 */
export function layerWeight(weights: Weights, path: readonly string[], name: string): Constant | undefined {
  const layer = path.at(-1) ?? ''
  const exact = [[...path, name].join('/'), `${layer}/${name}`].find(key => weights.tensors.has(key))
  const key = exact ?? alike(weights, layer, name)
  const tensor = key === undefined ? undefined : weights.tensors.get(key)
  return key === undefined || tensor === undefined
    ? undefined
    : { kind: 'constant', key: weightKey(key), tensor }
}

function alike(weights: Weights, layer: string, name: string): string | undefined {
  const found = [...weights.tensors.keys()].filter(key => {
    const parts = key.split('/')
    const at = parts.lastIndexOf(layer)
    return parts.at(-1) === name && at >= 0 && at >= parts.length - 3
  })
  if (found.length > 1) throw new GraphError(`its weight ${name} could be ${found[0]} or ${found[1]}`)
  return found[0]
}
