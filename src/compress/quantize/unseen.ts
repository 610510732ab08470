import type { Graph } from '../../graph/types.js'
import { addNumbers, emptyHistogram } from './histogram.js'
import { insertQuantizers, quantizableValues } from './insert.js'
import type { BitPlan } from './plan.js'

/**
 * A graph quantised as if all its values lay between 0 and 1: right in all that does not depend on what values were, such
 * as bytes and speed.
 */
export function quantizedUnseen(graph: Graph, plan: BitPlan): Graph {
  const seen = addNumbers(emptyHistogram(), Float32Array.of(0, 1), 'any')
  const histograms = new Map(quantizableValues(graph).map(value => [value, seen]))
  return insertQuantizers(graph, plan, { histograms, ranges: 'minmax', per: 'channel' })
}
