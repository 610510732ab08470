import { type FakeQuantize, fakeQuantizeOf } from '../../graph/fake-quantize.js'
import { roundHalfEven } from '../../graph/round-half-even.js'
import { floats, floatTensor } from '../../graph/tensor.js'
import type { Graph, Node } from '../../graph/types.js'
import { biasOf } from './bias-scales.js'
import { type Making, standard } from './lower-activation.js'

const [LOWEST, HIGHEST] = [-(2 ** 31), 2 ** 31 - 1]

/**
 * By node, the layers whose input and weight are quantised and whose bias can be an int32 of the products' scale, as integer
 * kernels want it; each with the node that makes a float of its bias before it.
 */
export function integerBiases(graph: Graph, make: Making): ReadonlyMap<string, readonly Node[]> {
  const quantizers = new Map<string, FakeQuantize>()
  for (const node of graph.nodes) {
    const q = fakeQuantizeOf(node)
    if (q !== undefined) quantizers.set(q.output, q)
  }
  const found = new Map<string, readonly Node[]>()
  for (const node of graph.nodes) {
    const [input = '', weight = ''] = node.inputs
    const [from, by] = [quantizers.get(input), quantizers.get(weight)]
    if (from === undefined || by === undefined || !graph.initializers.has(by.input)) continue
    const channels = graph.initializers.get(by.input)!.shape[by.axis ?? channelAxis(node)] ?? 0
    const bias = biasOf(graph, node, channels)
    const [step] = floats(graph.initializers.get(from.scale)!)
    const steps = floats(graph.initializers.get(by.scale)!)
    if (bias === undefined || step === undefined || graph.initializers.get(from.scale)!.data.length !== 1)
      continue
    const scales = steps.map(own => own * step)
    const integers = bias.map((b, i) => roundHalfEven(b / (scales[i] ?? scales[0]!)))
    if (!integers.every(b => b >= LOWEST && b <= HIGHEST)) continue
    const data = Int32Array.from(integers)
    const stored = make.constant('int32', { dtype: 'int32', shape: [channels], data })
    const scale = make.constant('scale', floatTensor(by.axis === null ? [] : [channels], scales))
    const output = make.fresh('bias')
    const axis = by.axis === null ? null : 0
    const back = standard(make.fresh('dequantize'), 'DequantizeLinear', [stored, scale], output, axis)
    found.set(node.id, [back, { ...node, inputs: node.inputs.map((n, i) => (i === 2 ? output : n)) }])
  }
  return found
}

function channelAxis(node: Node): number {
  const transposed =
    node.op === 'Gemm' && node.attributes.transB?.kind === 'int' && node.attributes.transB.value === 1
  return node.op === 'Conv' || transposed ? 0 : 1
}
