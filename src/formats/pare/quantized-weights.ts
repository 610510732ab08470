import { capturedNames } from '../../graph/constants.js'
import {
  type FakeQuantize,
  fakeQuantizeNode,
  fakeQuantizeOf,
  quantizedIntegers,
  scaledIntegers,
} from '../../graph/fake-quantize.js'
import { floats } from '../../graph/tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from '../../graph/types.js'

/** A weight that only a symmetric quantiser reads, as the integers that come of it. */
export interface QuantizedWeight {
  /** Id of the quantiser's node. */
  readonly node: string
  readonly quantizer: FakeQuantize
  /** One float32 for each channel along the quantiser's axis, or for all. */
  readonly scale: Tensor
  /** In the weight's order. */
  readonly integers: Int8Array
}

/** A weight of those integers and steps, which its quantiser leaves as it is. */
export function dequantized(
  { quantizer: { axis }, scale, integers }: QuantizedWeight,
  shape: readonly number[],
): Float32Array {
  return scaledIntegers(integers, floats(scale), shape, axis)
}

/**
 * The weights, by name, that stand for no more than integers and steps: nothing else reads them, and all numbers are
 * finite. A quantiser that others share parts with stays a node like any other.
 */
export function quantizedWeights(graph: Graph): Map<string, QuantizedWeight> {
  const reads = new Map<string, number>()
  const count = (name: string, times: number) => reads.set(name, (reads.get(name) ?? 0) + times)
  for (const node of graph.nodes) {
    for (const name of node.inputs) count(name, 1)
    // What cannot be given another name counts as if many read it.
    for (const name of capturedNames(node)) count(name, 2)
  }
  for (const { name } of graph.outputs) count(name, 2)
  const captured = new Set([...graph.nodes.flatMap(capturedNames), ...graph.outputs.map(({ name }) => name)])
  const found = new Map<string, QuantizedWeight>()
  for (const node of graph.nodes) {
    const quantizer = fakeQuantizeOf(node)
    if (quantizer === undefined || captured.has(quantizer.output)) continue
    if (reads.get(quantizer.input) !== 1 || reads.get(quantizer.scale) !== 1) continue
    const weight = quantizedWeight(graph, node, quantizer)
    if (weight !== undefined) found.set(quantizer.input, weight)
  }
  return found
}

function quantizedWeight(graph: Graph, node: Node, quantizer: FakeQuantize): QuantizedWeight | undefined {
  const weight = graph.initializers.get(quantizer.input)
  const scale = graph.initializers.get(quantizer.scale)
  if (!quantizer.signed || quantizer.zeroPoint !== '' || node.outputs.length !== 1) return undefined
  if (weight?.dtype !== 'float32' || scale?.dtype !== 'float32') return undefined
  if (!fits(scale.shape, weight.shape, quantizer.axis)) return undefined
  if (!(allFinite(weight) && allFinite(scale))) return undefined
  const found = { node: node.id, quantizer, scale, integers: quantizedIntegers(graph, quantizer) }
  return dequantized(found, weight.shape).every(Number.isFinite) ? found : undefined
}

function allFinite(tensor: Tensor): boolean {
  return floats(tensor).every(Number.isFinite)
}

function fits(scale: readonly number[], weight: readonly number[], axis: number | null): boolean {
  if (axis === null) return scale.length === 0 || (scale.length === 1 && scale[0] === 1)
  return scale.length === 1 && axis >= 0 && axis < weight.length && scale[0] === weight[axis]
}

/** The graph without the quantisers of some weights: what read their outputs reads the weights. */
export function withoutQuantizers(graph: Graph, weights: ReadonlyMap<string, QuantizedWeight>): Graph {
  const all = [...weights.values()]
  const gone = new Set(all.map(({ node }) => node))
  const names = new Map(all.map(({ quantizer: { input, output } }) => [output, input]))
  const initializers = new Map(graph.initializers)
  for (const { quantizer } of all) initializers.delete(quantizer.scale)
  return { ...graph, initializers, nodes: renamed(graph.nodes, names).filter(({ id }) => !gone.has(id)) }
}

/**
 * The inverse of `withoutQuantizers`: each quantiser stands before the first that reads its weight.
 * @throws GraphError for a node or a constant of a name that is taken
 */
export function withQuantizers(graph: Graph, weights: ReadonlyMap<string, QuantizedWeight>): Graph {
  const initializers = new Map(graph.initializers)
  const ids = new Set(graph.nodes.map(({ id }) => id))
  for (const { node, quantizer, scale } of weights.values()) {
    if (ids.has(node)) throw new GraphError(`two nodes are called ${node}`)
    if (initializers.has(quantizer.scale)) throw new GraphError(`two constants are called ${quantizer.scale}`)
    ids.add(node)
    initializers.set(quantizer.scale, scale)
  }
  const waiting = new Map(weights)
  const put = (name: string): Node[] => {
    const weight = waiting.get(name)
    waiting.delete(name)
    return weight === undefined ? [] : [fakeQuantizeNode(weight.node, weight.quantizer)]
  }
  const nodes = graph.nodes.flatMap(node => [...node.inputs.flatMap(put), node])
  const names = new Map([...weights].map(([name, { quantizer }]) => [name, quantizer.output]))
  const quantizers = new Set([...weights.values()].map(({ node }) => node))
  const read = nodes.map(node => (quantizers.has(node.id) ? node : renamed([node], names)[0]!))
  return { ...graph, initializers, nodes: [...read, ...[...waiting.keys()].flatMap(put)] }
}

/** Nodes that read other names. */
function renamed(nodes: readonly Node[], names: ReadonlyMap<string, string>): Node[] {
  return nodes.map(node =>
    node.inputs.some(name => names.has(name))
      ? { ...node, inputs: node.inputs.map(name => names.get(name) ?? name) }
      : node,
  )
}
