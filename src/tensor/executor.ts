import { assertStandIns } from '../graph/assert-stand-ins.js'
import { foldConstants } from '../graph/constants.js'
import { type Graph, GraphError } from '../graph/types.js'
import { fuseActivations } from './fuse-activations.js'
import { inputsOf } from './inputs.js'
import type { Operator, OperatorContext, PassOptions } from './ops/operator.js'
import { operatorOf } from './ops/registry.js'
import { Parameters } from './parameters.js'
import { sizesAtBatch } from './sizes.js'
import { cast, type Tensor } from './tf.js'
import { asInOnnx, toOnnx, type Value } from './value.js'

export type { PassOptions } from './ops/operator.js'

/** A graph as a differentiable function. */
export interface Executor {
  readonly parameters: Parameters
  /** The graph's first output for samples laid out as ONNX has them, [n, ...sample]; call it within `tidy`. */
  run(samples: Tensor, options?: PassOptions): Tensor
  /** All of its outputs for all of its inputs, in the graph's order and ONNX's layout. */
  outputs(inputs: readonly Tensor[], options?: PassOptions): readonly Tensor[]
}

const plain: PassOptions = { batchNorm: 'stored', onMoments: null }

/**
 * Makes a graph differentiable.
 * @throws GraphError naming the first node whose operator cannot be trained, or a damaged quantiser or codebook.
 */
export function createExecutor(original: Graph): Executor {
  const graph = foldConstants(original)
  for (const node of graph.nodes) {
    if (operatorOf(node) === undefined)
      throw new GraphError(`node ${node.id}: operator ${node.op} cannot be trained`)
  }
  assertStandIns(graph)
  const parameters = new Parameters(graph)
  const trained = dependents(graph, new Set(parameters.trainable().map(([name]) => name)))
  const fused = fuseActivations(graph)
  const sizes = sizesAtBatch(graph)

  function evaluate(inputs: readonly Tensor[], options: PassOptions): (name: string) => Value {
    const known = sizes(inputs)
    const values = new Map<string, Value>(
      graph.inputs.map(({ name, dtype }, i) => [name, asInOnnx(asType(inputs[i]!, dtype))]),
    )
    const { of, value } = inputsOf({ graph, values, parameters, known })
    for (const node of graph.nodes) {
      if (known.isSize(node)) continue
      const context = {
        ...options,
        ...of(node),
        node,
        opset: graph.opset,
        isTrained: (index: number) => trained.has(node.inputs[index] ?? ''),
        order: parameters.orderOf(node.outputs[0] ?? ''),
        shape: (output = 0) => known.shape(node.outputs[output] ?? ''),
        activation: fused.by.get(node) ?? ('linear' as const),
      }
      const made = fused.done.has(node) ? context.value(0) : computed(context)
      for (const [i, found] of ('tensor' in made ? [made] : made).entries()) {
        if (i === 0) options.onValue?.(node, found)
        const kept = i === 0 ? (options.replace?.(node, found) ?? found) : found
        values.set(node.outputs[i] ?? '', kept)
      }
    }
    return value
  }

  return {
    parameters,
    run(samples, options = plain) {
      return toOnnx(evaluate([samples], options)(graph.outputs[0]?.name ?? ''))
    },
    outputs(inputs, options = plain) {
      const value = evaluate(inputs, options)
      return graph.outputs.map(({ name }) => toOnnx(value(name)))
    },
  }
}

/** What a node makes. TF.js refuses what does not fit by a plain Error, which says nothing of the model. */
function computed(context: OperatorContext): ReturnType<Operator> {
  const { node } = context
  try {
    return operatorOf(node)!(context)
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) throw error
    throw new GraphError(`node ${node.id} (${node.op}): ${error.message}`, { cause: error })
  }
}

function asType(x: Tensor, dtype: string): Tensor {
  if (dtype === 'bool') return cast(x, 'bool')
  return dtype.includes('int') ? cast(x, 'int32') : x
}

/** The names given, and those of all values that they take part in. */
function dependents(graph: Graph, names: Set<string>): ReadonlySet<string> {
  for (const node of graph.nodes) {
    if (node.inputs.some(name => names.has(name))) for (const name of node.outputs) names.add(name)
  }
  names.delete('')
  return names
}
