import type { Moments } from '../compress/moments.js'
import { insertQuantizers } from '../compress/quantize/insert.js'
import type { BitPlan } from '../compress/quantize/plan.js'
import type { Graph } from '../graph/types.js'
import type { HistogramsOf } from './histograms.js'

/**
 * The graph with the quantisers of a plan: ranges of values of the least divergence over training samples (of those at 4
 * bits, far the best: bench/quantize.ts), weights with scales by channel, rounded so that it makes up for itself.
 * @param moments of what layers read; those without are rounded to nearest
 * @throws GraphError for a plan that does not fit the graph.
 */
export async function quantizeGraph(
  graph: Graph,
  plan: BitPlan,
  histogramsOf: HistogramsOf,
  moments: readonly Moments[],
): Promise<Graph> {
  const values = [...plan.values()].some(({ activation }) => activation !== null)
  const histograms = values ? await histogramsOf(graph) : new Map()
  return insertQuantizers(graph, plan, { histograms, ranges: 'kl', per: 'channel', moments })
}
