import type { DeviceCostKind } from '../graph/cost-kinds.js'
import type { Graph } from '../graph/types.js'
import { networkLayers } from '../latency/layers.js'
import { type Predictor, predictNetwork } from '../latency/predictor.js'
import type { Cost } from './evaluation.js'

/** What tells the costs on devices that a run limits; empty where it limits none. */
export type Predictors = Readonly<Partial<Record<DeviceCostKind, Predictor>>>

/** What a graph is predicted to take on each device. */
export function deviceCosts(graph: Graph, predictors: Predictors): Pick<Cost, DeviceCostKind> {
  const known = Object.entries(predictors)
  if (known.length === 0) return {}
  const layers = networkLayers(graph)
  return Object.fromEntries(known.map(([kind, predictor]) => [kind, predictNetwork(predictor, layers).value]))
}
