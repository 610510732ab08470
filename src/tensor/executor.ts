import { toNumbers } from '../graph/tensor.js'
import { type Graph, GraphError, type Node } from '../graph/types.js'
import { conv, gemm, matmul } from './ops/convolution.js'
import { elementwise } from './ops/elementwise.js'
import { batchNormalization } from './ops/normalization.js'
import type { Operator, OperatorContext } from './ops/operator.js'
import { channelsFirst, shape } from './ops/shape.js'
import { Parameters } from './parameters.js'
import { type Tensor, transpose } from './tf.js'

const operators: Readonly<Record<string, Operator>> = {
  ...elementwise,
  ...shape,
  Conv: conv,
  Gemm: gemm,
  MatMul: matmul,
  BatchNormalization: batchNormalization,
}

/** How one pass treats batch normalisation. */
export type PassOptions = Pick<OperatorContext, 'batchNorm' | 'onMoments'>

/** A graph as a differentiable function. */
export interface Executor {
  readonly parameters: Parameters
  /** The graph's first output for samples laid out as ONNX has them, [n, ...sample]; call it within `tidy`. */
  run(samples: Tensor, options?: PassOptions): Tensor
}

/**
 * Makes a graph of one input differentiable. Layout is converted at the edge: ONNX's [n, c, h, w] is [n, h, w, c] inside.
 * @throws GraphError naming the first node whose operator cannot be trained.
 */
export function createExecutor(graph: Graph): Executor {
  for (const node of graph.nodes) {
    if (node.domain !== '' || operators[node.op] === undefined) {
      throw new GraphError(`node ${node.id}: operator ${node.op} cannot be trained`)
    }
  }
  const parameters = new Parameters(graph)
  const [input] = graph.inputs
  const [output] = graph.outputs
  return {
    parameters,
    run(samples, options = { batchNorm: 'stored', onMoments: null }) {
      const inside = samples.shape.length === 4 ? transpose(samples, [0, 2, 3, 1]) : samples
      const values = new Map<string, Tensor>([[input?.name ?? '', inside]])
      for (const node of graph.nodes) {
        const operator = operators[node.op]!
        values.set(node.outputs[0] ?? '', operator(contextOf(graph, node, values, parameters, options)))
      }
      return channelsFirst(values.get(output?.name ?? '')!)
    },
  }
}

function contextOf(
  graph: Graph,
  node: Node,
  values: ReadonlyMap<string, Tensor>,
  parameters: Parameters,
  options: PassOptions,
): OperatorContext {
  const input = (index: number) => {
    const name = node.inputs[index]
    return name === undefined || name === '' ? undefined : (values.get(name) ?? parameters.get(name))
  }
  return {
    ...options,
    node,
    input,
    required(index) {
      const found = input(index)
      if (found === undefined)
        throw new GraphError(`node ${node.id} (${node.op}): its input ${index} cannot be trained`)
      return found
    },
    constant(index) {
      const constant = graph.initializers.get(node.inputs[index] ?? '')
      return constant === undefined ? undefined : toNumbers(constant)
    },
  }
}
