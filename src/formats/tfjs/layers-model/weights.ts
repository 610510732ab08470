import { GraphError } from '../../../graph/types.js'
import { type Constant, weightKey } from '../import/value.js'
import type { Weights } from '../weights/decode.js'

/**
 * The weight `name` of the layer at `path` (the models around it, then the layer). Weights are called `layer/name`;
 * some versions put the models around it before that, or a cell between the two.
 * @throws GraphError where several weights could be meant
 */
export function layerWeight(weights: Weights, path: readonly string[], name: string): Constant | undefined {
  const exact = path
    .map((_, from) => [...path.slice(from), name].join('/'))
    .find(key => weights.tensors.has(key))
  return constantOf(weights, exact ?? alike(weights, path, name))
}

/** The weight of the layer at `path` that has but one, whose name Keras may have made up. */
export function onlyWeight(weights: Weights, path: readonly string[]): Constant | undefined {
  const prefix = `${path.at(-1)}/`
  const own = [...weights.tensors.keys()].filter(key => key.startsWith(prefix))
  return own.length === 1 ? constantOf(weights, own[0]) : undefined
}

function constantOf({ tensors }: Weights, key: string | undefined): Constant | undefined {
  const tensor = tensors.get(key ?? '')
  return key === undefined || tensor === undefined
    ? undefined
    : { kind: 'constant', key: weightKey(key), tensor }
}

function alike(weights: Weights, path: readonly string[], name: string): string | undefined {
  const [layer = '', around] = path.toReversed()
  const found = [...weights.tensors.keys()].flatMap(key => {
    if (!key.endsWith(`/${name}`)) return []
    const parts = key.slice(0, -name.length - 1).split('/')
    const at = parts.lastIndexOf(layer)
    return at >= 0 && at >= parts.length - 2 ? [{ key, before: parts.slice(0, at) }] : []
  })
  // Layers of one name are told apart by what stands around them.
  const own = found.length > 1 ? found.filter(({ before }) => before.includes(around ?? '')) : found
  const [first, second] = own.length === 0 ? found : own
  if (second !== undefined) throw new GraphError(`its weight ${name} could be ${first?.key} or ${second.key}`)
  return first?.key
}
