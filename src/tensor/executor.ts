import { foldConstants } from '../graph/constants.js'
import { toNumbers } from '../graph/tensor.js'
import { type Graph, GraphError, type Node } from '../graph/types.js'
import { fuseActivations } from './fuse-activations.js'
import { conv } from './ops/convolution.js'
import { elementwise } from './ops/elementwise.js'
import { channelsFirst, channelsLast } from './ops/layout.js'
import { linear } from './ops/linear.js'
import { batchNormalization } from './ops/normalization.js'
import type { Operator, OperatorContext, PassOptions } from './ops/operator.js'
import { pooling } from './ops/pooling.js'
import { shape } from './ops/shape.js'
import { Parameters } from './parameters.js'
import type { Tensor } from './tf.js'

export type { PassOptions } from './ops/operator.js'

const operators = new Map<string, Operator>(
  Object.entries({
    ...elementwise,
    ...linear,
    ...pooling,
    ...shape,
    Conv: conv,
    BatchNormalization: batchNormalization,
  }),
)

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
export function createExecutor(original: Graph): Executor {
  const graph = foldConstants(original)
  for (const node of graph.nodes) {
    if (node.domain !== '' || !operators.has(node.op)) {
      throw new GraphError(`node ${node.id}: operator ${node.op} cannot be trained`)
    }
  }
  const parameters = new Parameters(graph)
  const trained = dependents(graph, new Set(parameters.trainable().map(([name]) => name)))
  const fused = fuseActivations(graph)
  const [input] = graph.inputs
  const [output] = graph.outputs
  return {
    parameters,
    run(samples, options = { batchNorm: 'stored', onMoments: null }) {
      const values = new Map<string, Tensor>([[input?.name ?? '', channelsLast(samples)]])
      for (const node of graph.nodes) {
        const context: OperatorContext = {
          ...options,
          ...inputsOf(graph, node, values, parameters),
          node,
          isTrained: index => trained.has(node.inputs[index] ?? ''),
          activation: fused.by.get(node) ?? 'linear',
        }
        const value = fused.done.has(node) ? context.required(0) : operators.get(node.op)!(context)
        options.onValue?.(node, value)
        values.set(node.outputs[0] ?? '', options.replace?.(node, value) ?? value)
      }
      return channelsFirst(values.get(output?.name ?? '')!)
    },
  }
}

/** The names given, and those of all values that they take part in. */
function dependents(graph: Graph, names: Set<string>): ReadonlySet<string> {
  for (const node of graph.nodes) {
    if (node.inputs.some(name => names.has(name))) for (const name of node.outputs) names.add(name)
  }
  return names
}

function inputsOf(
  graph: Graph,
  node: Node,
  values: ReadonlyMap<string, Tensor>,
  parameters: Parameters,
): Pick<OperatorContext, 'input' | 'required' | 'constant' | 'isConstant'> {
  const input = (index: number) => {
    const name = node.inputs[index]
    return name === undefined || name === '' ? undefined : (values.get(name) ?? parameters.get(name))
  }
  return {
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
    isConstant: index => graph.initializers.has(node.inputs[index] ?? ''),
  }
}
