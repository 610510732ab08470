import { standInOf, storedWeights } from '../graph/stored-weights.js'
import { toNumbers } from '../graph/tensor.js'
import type { Tensor as Constant, Graph } from '../graph/types.js'
import { type Tensor, tensor, tidy, transpose, type Variable, variable } from './tf.js'
import { trainedNames } from './trained-names.js'
import { type AxisOrder, axisOrder, inverse } from './weight-layout.js'

/**
 * The float32 constants of a graph, and the indices of weights that are looked up, as TF.js variables, each in the layout
 * its readers want.
 */
export class Parameters {
  readonly #variables = new Map<string, Variable>()
  readonly #orders: ReadonlyMap<string, AxisOrder | null>
  readonly #graph: Graph

  constructor(graph: Graph) {
    this.#graph = graph
    this.#orders = ordersOf(graph)
    const trained = trainedNames(graph)
    for (const [name, order] of this.#orders) {
      const constant = graph.initializers.get(name)
      if (constant === undefined) continue
      const loaded = tidy(() => variable(inOrder(constant, order), trained.has(name)))
      this.#variables.set(name, loaded)
    }
  }

  get(name: string): Variable | undefined {
    return this.#variables.get(name)
  }

  /** How the axes of a parameter stand, or of what a quantiser or a codebook makes of one; null: as in ONNX. */
  orderOf(name: string): AxisOrder | null {
    return this.#orders.get(name) ?? null
  }

  /** Name and variable of what training changes. */
  trainable(): readonly (readonly [string, Variable])[] {
    return [...this.#variables].filter(([, v]) => v.trainable)
  }

  /** An array that stands as a constant does in ONNX, in the order of its variable. */
  arrange(name: string, values: Float32Array): Float32Array {
    const { shape } = this.#graph.initializers.get(name)!
    const constant = { dtype: 'float32', shape, data: values } as const
    return valuesOf(() => inOrder(constant, this.orderOf(name)))
  }

  /** The graph with the variables' present values, back in ONNX's layout. */
  toGraph(): Graph {
    const initializers = new Map(this.#graph.initializers)
    for (const [name, v] of this.#variables) {
      if (v.dtype !== 'float32') continue
      const shape = this.#graph.initializers.get(name)?.shape ?? []
      const order = this.orderOf(name)
      const data = valuesOf(() => (order === null ? v : transpose(v, inverse(order))))
      initializers.set(name, { dtype: 'float32', shape, data })
    }
    return { ...this.#graph, initializers }
  }

  dispose(): void {
    for (const v of this.#variables.values()) v.dispose()
  }
}

/** The order in which all readers of a weight want it, or null where they differ; in the order in which they are read. */
function ordersOf(graph: Graph): ReadonlyMap<string, AxisOrder | null> {
  const stored = storedWeights(graph)
  const wanted = new Map<string, AxisOrder | null>()
  const want = (name: string, order: AxisOrder | null) => {
    const before = wanted.get(name)
    wanted.set(name, before === undefined || String(before) === String(order) ? order : null)
  }
  const outputs = graph.outputs.map(output => output.name)
  for (const name of outputs) if (stored.has(name)) want(name, null)
  // From the back: what is rounded or looked up should stand as those want it who read the outcome.
  for (const node of graph.nodes.toReversed()) {
    const standIn = stored.has(node.outputs[0] ?? '') ? standInOf(node) : undefined
    node.inputs.forEach((name, input) => {
      const shape = stored.get(name)?.shape
      if (standIn !== undefined && input === 0) want(name, wanted.get(standIn.output) ?? null)
      else if (shape !== undefined) want(name, axisOrder(node, input, shape))
    })
  }
  const read = [...outputs, ...graph.nodes.flatMap(node => node.inputs)]
  return new Map(read.filter(name => wanted.has(name)).map(name => [name, wanted.get(name) ?? null]))
}

/**
 * The values of a tensor, as an array of their own. `tidy` must not return it: it looks for tensors in whatever it returns,
 * element by element, at some 0.7 microseconds and 40 bytes each.
 */
function valuesOf(make: () => Tensor): Float32Array {
  let values = new Float32Array()
  tidy(() => {
    values = make().dataSync<'float32'>().slice()
  })
  return values
}

function inOrder({ dtype, shape, data }: Constant, order: AxisOrder | null): Tensor {
  const loaded =
    data instanceof Float32Array
      ? tensor(data, [...shape])
      : tensor(Int32Array.from(toNumbers({ dtype, shape, data })), [...shape], 'int32')
  return order === null ? loaded : transpose(loaded, [...order])
}
