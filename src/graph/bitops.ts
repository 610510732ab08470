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
  const bitsOf = bitsOfValues(graph)
  const operands = operandsIn(graph)
  return layers.reduce(
    (sum, { node, weight, macs }) =>
      sum + operands(node, weight).reduce((product, name) => product * bitsOf(name), macs),
    0,
  )
}

/** Bits of what each layer that multiplies reads; of two values computed from its input the first counts as its weight. */
export function bitsOfLayers(graph: Graph): ReadonlyMap<string, LayerBits> {
  const bitsOf = bitsOfValues(graph)
  const operands = operandsIn(graph)
  return new Map(
    layerCosts(graph).map(({ node, weight }) => {
      const [first = '', second = ''] = operands(node, weight)
      return [node, { weights: bitsOf(first), activations: bitsOf(second) }]
    }),
  )
}

/** The two values that a layer multiplies: its weight, where it has one, and the other. */
function operandsIn(graph: Graph): (node: string, weight: string | null) => readonly string[] {
  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  const fixed = fixedValues(graph)
  return (node, weight) => {
    const inputs = nodes.get(node)?.inputs ?? []
    if (weight !== null) return [weight, inputs.find(name => name !== weight) ?? '']
    const [first = '', second = ''] = inputs
    // A weight behind a quantiser is a computed value too.
    return fixed.has(second) && !fixed.has(first) ? [second, first] : [first, second]
  }
}

/** The constants and what is computed from them alone. */
function fixedValues(graph: Graph): ReadonlySet<string> {
  const fixed = new Set(['', ...graph.initializers.keys()])
  for (const { inputs, outputs } of graph.nodes)
    if (inputs.every(name => fixed.has(name))) for (const name of outputs) fixed.add(name)
  return fixed
}

/** Bits of any value or constant. */
function bitsOfValues(graph: Graph): (name: string) => number {
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const sourceOf = sourcesOf(graph)
  return name => bitsMadeBy(makers.get(sourceOf(name)), graph, makers)
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
