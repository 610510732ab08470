import type { Histogram } from '../compress/quantize/histogram.js'
import { insertQuantizers } from '../compress/quantize/insert.js'
import type { BitPlan } from '../compress/quantize/plan.js'
import type { DataSet } from '../data/dataset.js'
import type { Graph } from '../graph/types.js'
import { gatherHistograms } from './histograms.js'

/** Training samples that the ranges of a candidate's values are taken from. */
const SAMPLES = 128

/** What values were on training samples, by name. */
type Histograms = ReadonlyMap<string, Histogram>

/** Puts the quantisers of a plan into a graph; `widths` tells apart graphs of different widths. */
export type Quantize = (graph: Graph, widths: string, plan: BitPlan) => Promise<Graph>

/**
 * A quantiser of the candidates of one network. Ranges of values are those of the least divergence over training samples
 * (of those at 4 bits, far the best: bench/quantize.ts), weights have scales by channel. Where candidates differ in bits
 * alone, their values are looked at once.
 * @throws GraphError for a plan that does not fit the graph.
 */
export function createQuantize(data: DataSet): Quantize {
  let seen: { readonly widths: string; readonly histograms: Histograms } | null = null
  return async (graph, widths, plan) => {
    const values = [...plan.values()].some(({ activation }) => activation !== null)
    if (values && seen?.widths !== widths)
      seen = { widths, histograms: await gatherHistograms(graph, data, SAMPLES) }
    const histograms = values && seen !== null ? seen.histograms : new Map()
    return insertQuantizers(graph, plan, { histograms, ranges: 'kl', per: 'channel' })
  }
}
