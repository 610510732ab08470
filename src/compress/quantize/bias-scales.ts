import { floatAttribute } from '../../graph/attributes.js'
import { floats } from '../../graph/tensor.js'
import type { Graph, Node } from '../../graph/types.js'

/**
 * The largest integer that a bias may become, an eighth of int32: sums of products are added to it. The error of rounding
 * is a part in 2^29 of the bias.
 */
const LARGEST_BIAS = 2 ** 28

/** A layer's bias by channel, where it can be rounded to integers; undefined where there is none or it must stay float. */
export function biasOf(graph: Graph, node: Node, channels: number): Float32Array | undefined {
  const [, , name = ''] = node.inputs
  const bias = graph.initializers.get(name)
  if (bias?.dtype !== 'float32') return undefined
  const scaled = floatAttribute(node, 'alpha', 1) !== 1 || floatAttribute(node, 'beta', 1) !== 1
  if (node.op !== 'Conv' && (node.op !== 'Gemm' || scaled)) return undefined
  const data = floats(bias)
  if (data.length === 1) return new Float32Array(channels).fill(data[0]!)
  // A matrix of biases is one a sample as well as a channel.
  return data.length === channels && (bias.shape.at(-1) ?? 1) === channels ? data : undefined
}

/**
 * The least scales of a weight, one a channel or a single one, with which `bias` / (input scale x weight scale) stays an
 * int32. Matters for channels whose weights are next to nothing beside their bias.
 */
export function leastScales(bias: Float32Array, inputScale: number, perChannel: boolean): Float64Array {
  const each = Float64Array.from(bias, b => Math.abs(b) / (inputScale * LARGEST_BIAS))
  return perChannel ? each : Float64Array.of(each.reduce((most, scale) => Math.max(most, scale), 0))
}
