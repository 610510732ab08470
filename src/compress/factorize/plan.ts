import type { BitPlan } from '../quantize/plan.js'
import type { Factorized } from './factorize.js'

/** Bits for a graph with split layers: the thin ones all have those of the layer. */
export function planOfThin(plan: BitPlan, thin: Factorized['thin']): BitPlan {
  return new Map(
    [...plan].flatMap(([layer, bits]) => (thin.get(layer) ?? [layer]).map(node => [node, bits] as const)),
  )
}
