import { type FakeQuantize, fakeQuantizeNode, integerRange } from '../../src/graph/fake-quantize.js'
import { floats, floatTensor } from '../../src/graph/tensor.js'
import type { Graph, Node, Tensor } from '../../src/graph/types.js'

const layers = new Set(['Conv', 'Gemm', 'MatMul'])

/** The weights and the values that layers read, each once. */
export function quantizable({ nodes, initializers }: Graph) {
  const read = nodes.filter(({ op, inputs }) => layers.has(op) && initializers.has(inputs[1] ?? ''))
  const weights = new Set(read.map(({ inputs }) => inputs[1]!))
  const values = new Set(read.map(({ inputs }) => inputs[0]!).filter(name => !initializers.has(name)))
  return {
    weights: [...weights].filter(name => initializers.get(name)!.shape.length > 1),
    values: [...values],
  }
}

/** The graph with a quantiser in front of what reads some weights and values, which have bits by name. */
export function withQuantizers(graph: Graph, bits: ReadonlyMap<string, number>): Graph {
  const initializers = new Map<string, Tensor>(graph.initializers)
  const nodes: Node[] = []
  for (const [name, width] of bits) {
    const weight = graph.initializers.get(name)
    const [scale, zero] = [`${name}/scale`, `${name}/zero`]
    if (weight === undefined) {
      initializers.set(scale, floatTensor([], [0.1]))
      initializers.set(zero, { dtype: 'int32', shape: [], data: Int32Array.of(3) })
    } else {
      const largest = floats(weight).reduce((most, w) => Math.max(most, Math.abs(w)), 0)
      const step = largest / integerRange({ bits: width, signed: true }).high
      initializers.set(scale, floatTensor([weight.shape[0]!], new Float32Array(weight.shape[0]!).fill(step)))
    }
    const kind = weight === undefined ? { signed: false, axis: null } : { signed: true, axis: 0 }
    const quantizer: FakeQuantize = {
      input: name,
      output: `${name}/quantized`,
      scale,
      zeroPoint: weight === undefined ? zero : '',
      bits: width,
      ...kind,
    }
    nodes.push(fakeQuantizeNode(`${name}/quantize`, quantizer))
  }
  const read = graph.nodes.map(node => ({
    ...node,
    inputs: node.inputs.map(name => (bits.has(name) ? `${name}/quantized` : name)),
  }))
  return {
    ...graph,
    initializers,
    nodes: [...nodes, ...read],
    otherOpsets: { ...graph.otherOpsets, pare: 1 },
  }
}
