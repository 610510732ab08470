import { LEAST_BITS, LEAST_WEIGHT_BITS, MOST_BITS } from '../../graph/fake-quantize.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { type QuantizableLayers, quantizableLayers } from './layers.js'

/** Bits of a layer's weight, 1 to 8, and of the activation it reads, 2 to 8; null is float. */
export interface LayerBits {
  readonly weight: number | null
  readonly activation: number | null
}

/** What is quantised, by layer (node id); a layer left out stays float. */
export type BitPlan = ReadonlyMap<string, LayerBits>

/** The same bits for every layer that can have them, but for those that stay float. */
export function uniformPlan(graph: Graph, bits: LayerBits, float: ReadonlySet<string> = new Set()): BitPlan {
  const { layers } = quantizableLayers(graph)
  return new Map(layers.filter(({ node }) => !float.has(node)).map(({ node }) => [node, bits]))
}

/** Bits by weight and by activation group; what stays float is left out. */
export interface SettledBits {
  readonly weights: ReadonlyMap<string, number>
  readonly activations: ReadonlyMap<string, number>
}

/**
 * The decisions of a plan. A layer that leaves an activation float which others quantise reads what these read; a shared
 * weight has the bits of those that quantise it, likewise.
 * @throws GraphError for a layer that is not there or stays float, bits that there are not, and layers that want different
 * bits for one tensor.
 */
export function settleBits(
  { layers, activations, weights, float }: QuantizableLayers,
  plan: BitPlan,
): SettledBits {
  const known = new Set(layers.map(({ node }) => node))
  for (const [node, { weight, activation }] of plan) {
    const reason = float.find(layer => layer.node === node)?.reason
    if (!known.has(node))
      throw new GraphError(`layer ${node} cannot be quantised: ${reason ?? 'the model has no such layer'}`)
    for (const [bits, least] of [
      [weight, LEAST_WEIGHT_BITS],
      [activation, LEAST_BITS],
    ] as const)
      if (bits !== null && !(Number.isInteger(bits) && bits >= least && bits <= MOST_BITS))
        throw new GraphError(`layer ${node}: expected ${least} to ${MOST_BITS} bits or float, found ${bits}`)
  }
  const settle = (groups: readonly { name: string; layers: readonly string[] }[], key: keyof LayerBits) =>
    new Map(
      groups.flatMap(({ name, layers }) => {
        const asked = layers.flatMap(node => {
          const bits = plan.get(node)?.[key] ?? null
          return bits === null ? [] : [{ node, bits }]
        })
        const [first] = asked
        const other = asked.find(({ bits }) => bits !== first?.bits)
        if (first !== undefined && other !== undefined)
          throw new GraphError(
            `layers ${first.node} and ${other.node} share ${key} ${name}, but want ${first.bits} and ${other.bits} bits`,
          )
        return first === undefined ? [] : [[name, first.bits] as const]
      }),
    )
  return { weights: settle(weights, 'weight'), activations: settle(activations, 'activation') }
}
