import { quantileSorted } from 'simple-statistics'
import { layerCosts } from '../graph/cost.js'
import type { Graph } from '../graph/types.js'
import { configKey, type LayerConfig } from './layer-config.js'
import { type NetworkLayer, networkLayers } from './layers.js'
import type { LayerTime, Spread } from './profile.js'

/** A table in HAQ's form lists weights and activations of 1 to so many bits. */
export const TABLE_BITS = 8

/** The layers that such a table lists, in order. @throws GraphError where a shape is not known. */
export function layersWithWeights(graph: Graph): readonly NetworkLayer[] {
  const weighted = new Set(layerCosts(graph).flatMap(({ node, weight }) => (weight === null ? [] : [node])))
  return networkLayers(graph).filter(({ nodes }) => nodes.some(node => weighted.has(node)))
}

/**
 * Times of single layers from a table as HAQ's simulator has it (Wang et al. 2019). Layers of equal sizes become one
 * measurement, with the median of their figures.
 * @param times row-major [layer][weight bits - 1][activation bits - 1], all above 0
 */
export function tableTimes(configs: readonly LayerConfig[], times: ArrayLike<number>): readonly LayerTime[] {
  const figures = new Map<string, { config: LayerConfig; values: number[] }>()
  for (const [i, sizes] of configs.entries()) {
    for (let w = 0; w < TABLE_BITS; w++) {
      for (let a = 0; a < TABLE_BITS; a++) {
        const config = { ...sizes, weightBits: w + 1, activationBits: a + 1 }
        const value = times[(i * TABLE_BITS + w) * TABLE_BITS + a]!
        const known = figures.get(configKey(config))
        if (known === undefined) figures.set(configKey(config), { config, values: [value] })
        else known.values.push(value)
      }
    }
  }
  return [...figures.values()].map(({ config, values }) => ({ config, time: spreadOf(values) }))
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (p: number) => quantileSorted(sorted, p)
  return { median: at(0.5), p10: at(0.1), p90: at(0.9), n: values.length }
}
