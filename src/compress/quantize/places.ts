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

/**
 * The bits of a policy by layer; null where it decides none. Layers that read one value since blocks are gone, but read
 * several before, get the fewest bits that were decided for these: so no cost rises when a block goes.
 * @param original the graph that the policy is of, with all its blocks
 */
export function planOf(
  graph: Graph,
  { weightBits, activationBits }: Policy,
  original: Graph = graph,
): BitPlan | null {
  if (weightBits === undefined && activationBits === undefined) return null
  const [before, now] = [bitPlaces(original), bitPlaces(graph)]
  const plan = new Map<string, LayerBits>()
  const set = (kind: keyof BitPlaces, decided: Decided | undefined, key: keyof LayerBits) => {
    const bitsOf = bitsByLayer(before[kind], decided ?? {})
    for (const { layers } of now[kind]) {
      const bits = fewest(layers.flatMap(layer => bitsOf.get(layer) ?? []))
      if (bits === null) continue
      for (const layer of layers)
        plan.set(layer, { weight: null, activation: null, ...plan.get(layer), [key]: bits })
    }
  }
  set('weightBits', weightBits, 'weight')
  set('activationBits', activationBits, 'activation')
  return plan
}

function bitsByLayer(places: readonly BitPlace[], decided: Decided): ReadonlyMap<string, number> {
  return new Map(
    places.flatMap(({ name, layers }) =>
      // Names come from the model: one may be that of what every object has.
      Object.hasOwn(decided, name) ? layers.map(layer => [layer, decided[name]!] as const) : [],
    ),
  )
}

function fewest(bits: readonly number[]): number | null {
  return bits.length === 0 ? null : Math.min(...bits)
}
