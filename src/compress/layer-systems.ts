import type { Graph } from '../graph/types.js'
import { type LinearLayer, linearLayers, weightMatrix } from './layer.js'
import { type LeastSquares, leastSquares } from './least-squares.js'
import type { Moments } from './moments.js'

/** The repairable layers of a graph that calibration knows, with the system of each. */
export interface LayerSystems {
  readonly layers: readonly LinearLayer[]
  /** A layer's system, built when it is first asked for: it is as large as the layer's moments. */
  readonly systemOf: (layer: LinearLayer) => LeastSquares
}

export function layerSystems(graph: Graph, moments: readonly Moments[]): LayerSystems {
  const known = new Map(moments.map(m => [m.node, m]))
  const built = new Map<string, LeastSquares>()
  return {
    layers: linearLayers(graph).filter(layer => known.has(layer.node)),
    systemOf(layer) {
      const before = built.get(layer.node)
      if (before !== undefined) return before
      const weight = weightMatrix(layer, graph.initializers.get(layer.weight)!)
      const system = leastSquares(weight, known.get(layer.node)!, layer.bias !== null)
      built.set(layer.node, system)
      return system
    },
  }
}
