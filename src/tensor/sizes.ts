import { type Integers, valuesOf } from '../graph/integers.js'
import { type Inferred, infer } from '../graph/shapes.js'
import { elementCount } from '../graph/tensor.js'
import { type Graph, GraphError, type Node } from '../graph/types.js'
import type { Tensor } from './tf.js'

/** What is known of a graph's values at one batch. */
export interface Sizes {
  /** ONNX's shape. @throws GraphError for a value whose shape only the running model knows. */
  shape(name: string): readonly number[]
  /** Numbers of an integer constant or of a size that the model works out; undefined elsewhere. */
  integers(name: string): readonly number[] | undefined
  /** Shape arithmetic, which need not be computed. */
  isSize(node: Node): boolean
}

/** Sizes by the shapes of the inputs, inferred once for each. */
export function sizesAtBatch(graph: Graph): (inputs: readonly Tensor[]) => Sizes {
  const found = new Map<string, Sizes>()
  return inputs => {
    const key = inputs.map(({ shape }) => shape.join()).join(' ')
    const sizes = found.get(key) ?? sizesOf(graph, inferred(graph, inputs))
    found.set(key, sizes)
    return sizes
  }
}

function inferred(graph: Graph, inputs: readonly Tensor[]): Inferred {
  const shapes = graph.inputs.map(({ name }, i) => {
    const input = inputs[i]
    if (input === undefined) throw new GraphError(`the model has an input ${name}, which is not given`)
    return [name, input.shape] as const
  })
  try {
    return infer(graph, Object.fromEntries(shapes))
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    throw new GraphError(`${error.message}; is a batch size written into the model?`, { cause: error })
  }
}

function sizesOf(graph: Graph, { shapes, integers }: Inferred): Sizes {
  const shape = (name: string) => {
    const known = graph.initializers.get(name)?.shape ?? shapes.get(name)
    if (known === undefined) throw new GraphError(`the shape of ${name} is known only when the model runs`)
    return known
  }
  const numbers = (name: string): Integers | undefined => {
    const known = integers(name)
    // The inference keeps flat lists; one for a table of numbers may have lost its order.
    return known !== undefined && shape(name).length <= 1 && elementCount(shape(name)) === known.length
      ? known
      : undefined
  }
  const skipped = new Set(graph.nodes.filter(node => numbers(node.outputs[0] ?? '') !== undefined))
  return {
    shape,
    integers(name) {
      const known = numbers(name)
      return known && valuesOf(known)
    },
    isSize: node => skipped.has(node),
  }
}
