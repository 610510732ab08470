import { standInOf, storedWeights } from '../graph/stored-weights.js'
import { floats } from '../graph/tensor.js'
import type { Tensor as Constant, Graph, Node } from '../graph/types.js'

/** Larger elements than a weight has: -inf or -1e9 in a mask of attention. */
const MASKED = 1e4

/**
 * The constants that learn: weights, those beneath a quantiser too, codebooks, biases, scales, those of quantisers too,
 * tables, learned positions and tokens. Running statistics, limits of a
 * clip, masks and other fixed numbers do not, nor does what the model does to its input before its first weight.
 */
export function trainedNames(graph: Graph): ReadonlySet<string> {
  const trained = new Set<string>()
  const learned = new Set<string>()
  const stored = storedWeights(graph)
  for (const node of graph.nodes) {
    const standIn = standInOf(node)
    if (standIn !== undefined) {
      if (standIn.kind === 'quantizer') trained.add(standIn.scale)
      if (stored.has(standIn.output) || learned.has(node.inputs[0] ?? '')) learned.add(standIn.output)
      continue
    }
    const names = weightsOf(node, index => learned.has(node.inputs[index] ?? ''), graph)
    for (const name of names) trained.add(stored.get(name)?.learned ?? name)
    const reads = node.inputs.some(name => learned.has(name) || trained.has(name))
    if (reads) for (const name of node.outputs) learned.add(name)
  }
  return new Set([...trained].filter(name => graph.initializers.get(name)?.dtype === 'float32'))
}

/** The inputs of a node that hold weights, where they are constants. */
function weightsOf(node: Node, isLearned: (index: number) => boolean, graph: Graph): readonly string[] {
  const { inputs } = node
  switch (node.op) {
    case 'Conv':
    case 'ConvTranspose':
    case 'Gemm':
    case 'MatMul':
    case 'Einsum':
    case 'PRelu':
      return inputs
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      return inputs.slice(1, 4)
    case 'BatchNormalization':
    case 'LayerNormalization':
    case 'InstanceNormalization':
    case 'GroupNormalization':
      return inputs.slice(1, 3)
    case 'Gather':
      return inputs.slice(0, 1)
    case 'Add':
    case 'Mul':
      // A bias, a scale or positions that exporters write apart from the layer they belong to.
      return inputs.some((_, index) => isLearned(index)) ? inputs.filter(name => isVector(graph, name)) : []
    case 'Concat':
    case 'Expand':
      // A learned token; equal elements are a filling.
      return inputs.filter(name => isVector(graph, name) && varies(graph.initializers.get(name)))
    default:
      return []
  }
}

/** A constant of several elements, all as large as weights are. */
function isVector(graph: Graph, name: string): boolean {
  const constant = graph.initializers.get(name)
  return (
    constant?.dtype === 'float32' &&
    constant.data.length > 1 &&
    floats(constant).every(element => Math.abs(element) < MASKED)
  )
}

function varies(constant: Constant | undefined): boolean {
  return constant?.data.some(element => element !== constant.data[0]) === true
}
