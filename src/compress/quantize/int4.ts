import type { Graph } from '../../graph/types.js'

/** The operator set, and the file format, that first have int4 (onnx 1.16). */
export const INT4_OPSET = 21
const IR = 10

/** The oldest set from which operators are looked at here. */
const OLDEST = 18

/** Operators that mean something else in set 21 than in 18 with the attributes and inputs that they had. */
const changed = new Set(['GroupNormalization', 'GridSample', 'DFT'])

/** The graph in an operator set that has int4; undefined where that could change what it computes. */
export function withInt4(graph: Graph): Graph | undefined {
  if (graph.opset >= INT4_OPSET) return { ...graph, irVersion: Math.max(graph.irVersion, IR) }
  const kept = graph.nodes.every(
    ({ op, domain, attributes }) =>
      (domain !== '' || (!changed.has(op) && !(op === 'AveragePool' && attributes.ceil_mode))) &&
      Object.values(attributes).every(({ kind }) => kind !== 'opaque'),
  )
  if (graph.opset < OLDEST || !kept) return undefined
  return { ...graph, opset: INT4_OPSET, irVersion: Math.max(graph.irVersion, IR) }
}
