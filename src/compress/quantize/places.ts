import type { Graph } from '../../graph/types.js'
import type { Decided, Policy } from '../policy.js'
import { quantizableLayers } from './layers.js'
import type { BitPlan, LayerBits } from './plan.js'

/** What shares a number of bits: a weight with the layers that use it, or values that layers read. */
export interface BitPlace {
  /** The first of the layers. */
  readonly name: string
  /** Node ids, in the graph's order. */
  readonly layers: readonly string[]
}

/** Where a policy can give bits, by the kind of decision. */
export interface BitPlaces {
  readonly weightBits: readonly BitPlace[]
  readonly activationBits: readonly BitPlace[]
}

/** All places of a graph, in its order; layers named in `float` are left out. */
export function bitPlaces(graph: Graph, float: ReadonlySet<string> = new Set()): BitPlaces {
  const { weights, activations } = quantizableLayers(graph)
  const placesOf = (groups: readonly { readonly layers: readonly string[] }[]): BitPlace[] =>
    groups.flatMap(({ layers }) =>
      layers.some(layer => float.has(layer)) ? [] : [{ name: layers[0]!, layers }],
    )
  return { weightBits: placesOf(weights), activationBits: placesOf(activations) }
}

/** The bits of a policy by layer; null where it decides none. */
export function planOf(graph: Graph, { weightBits, activationBits }: Policy): BitPlan | null {
  if (weightBits === undefined && activationBits === undefined) return null
  const places = bitPlaces(graph)
  const plan = new Map<string, LayerBits>()
  const set = (of: readonly BitPlace[], decided: Decided | undefined, key: keyof LayerBits) => {
    for (const { name, layers } of of) {
      // Names come from the model: one may be that of what every object has.
      if (decided === undefined || !Object.hasOwn(decided, name)) continue
      const bits = decided[name]!
      for (const layer of layers)
        plan.set(layer, { weight: null, activation: null, ...plan.get(layer), [key]: bits })
    }
  }
  set(places.weightBits, weightBits, 'weight')
  set(places.activationBits, activationBits, 'activation')
  return plan
}
