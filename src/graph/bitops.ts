import { type CostModel, type LayerCost, type LayerMacs, layerCosts } from './cost.js'
import { fakeQuantizeOf } from './fake-quantize.js'
import { sourcesOf } from './movers.js'
import type { Graph, Node } from './types.js'

/** Bits of what is not quantised. */
export const FLOAT_BITS = 32

/** Bits of a layer's weights and of the values it reads. */
export interface LayerBits {
  readonly weights: number
  readonly activations: number
}

/**
 * Bit operations of a graph as it stands: MACs x bits of the weight x bits of the value, for one sample.
 * @param layers what its layers cost
 */
export function countBitops(graph: Graph, layers: readonly LayerCost[] = layerCosts(graph)): number {
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  const sourceOf = sourcesOf(graph)
  const bitsOf = (name: string) => bitsMadeBy(makers.get(sourceOf(name)), graph, makers)
  return layers.reduce((sum, { node, weight, macs }) => {
    const inputs = nodes.get(node)?.inputs ?? []
    const others = weight === null ? inputs.slice(0, 2) : [weight, inputs.find(name => name !== weight) ?? '']
    return sum + others.reduce((product, name) => product * bitsOf(name), macs)
  }, 0)
}

function bitsMadeBy(node: Node | undefined, graph: Graph, makers: ReadonlyMap<string, Node>): number {
  if (node === undefined) return FLOAT_BITS
  const q = fakeQuantizeOf(node)
  if (q !== undefined) return q.bits
  if (node.domain !== '' || node.op !== 'DequantizeLinear') return FLOAT_BITS
  const [integers = ''] = node.inputs
  const zeroPoint = makers.get(integers)?.inputs[2] ?? ''
  const dtype = (graph.initializers.get(integers) ?? graph.initializers.get(zeroPoint))?.dtype ?? 'uint8'
  return Number(/\d+$/.exec(dtype)?.[0] ?? FLOAT_BITS)
}

/**
 * Bit operations as an exact function of how many channels each group keeps and of the layers' bits; `bitsOf` is asked
 * for every layer with weights, products of two computed values are float.
 * @param saved MACs that a layer has fewer than its widths say
 */
export function bitopsModel({ macs, layers }: CostModel) {
  return (
    keep: ArrayLike<number>,
    bitsOf: (node: string) => LayerBits,
    saved: (layer: LayerMacs) => number = () => 0,
  ): number => {
    let [weighted, sum] = [0, 0]
    for (const layer of layers) {
      const own = layer.macs(keep)
      const { weights, activations } = bitsOf(layer.node)
      weighted += own
      sum += (own - saved(layer)) * weights * activations
    }
    return sum + (macs(keep) - weighted) * FLOAT_BITS * FLOAT_BITS
  }
}
