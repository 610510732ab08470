import { floats } from '../graph/tensor.js'
import type { Tensor as Constant, Graph } from '../graph/types.js'
import { type Tensor, tensor, tidy, transpose, type Variable, variable } from './tf.js'
import { trainedNames } from './trained-names.js'
import { type AxisOrder, axisOrder, inverse } from './weight-layout.js'

/** The float32 constants of a graph as TF.js variables, each in the layout its readers want. */
export class Parameters {
  readonly #variables = new Map<string, Variable>()
  readonly #orders: ReadonlyMap<string, AxisOrder | null>
  readonly #graph: Graph

  constructor(graph: Graph) {
    this.#graph = graph
    this.#orders = ordersOf(graph)
    const trained = trainedNames(graph)
    for (const [name, order] of this.#orders) {
      const loaded = tidy(() => variable(inOrder(graph.initializers.get(name)!, order), trained.has(name)))
      this.#variables.set(name, loaded)
    }
  }

  get(name: string): Variable | undefined {
    return this.#variables.get(name)
  }

  /** How a parameter's axes stand; null: as in ONNX. */
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
    return read(() => inOrder(constant, this.orderOf(name)))
  }

  /** The graph with the variables' present values, back in ONNX's layout. */
  toGraph(): Graph {
    const initializers = new Map(this.#graph.initializers)
    for (const [name, v] of this.#variables) {
      const shape = this.#graph.initializers.get(name)?.shape ?? []
      const order = this.orderOf(name)
      const data = read(() => (order === null ? v : transpose(v, inverse(order))))
      initializers.set(name, { dtype: 'float32', shape, data })
    }
    return { ...this.#graph, initializers }
  }

  dispose(): void {
    for (const v of this.#variables.values()) v.dispose()
  }
}

/** The order in which all its readers want a constant, or null where they differ. */
function ordersOf(graph: Graph): ReadonlyMap<string, AxisOrder | null> {
  const found = new Map<string, AxisOrder | null>()
  for (const name of graph.outputs.map(output => output.name))
    if (graph.initializers.get(name)?.dtype === 'float32') found.set(name, null)
  for (const node of graph.nodes) {
    node.inputs.forEach((name, input) => {
      const constant = graph.initializers.get(name)
      if (constant?.dtype !== 'float32') return
      const order = axisOrder(node, input, constant.shape)
      const before = found.get(name)
      found.set(name, before === undefined || String(before) === String(order) ? order : null)
    })
  }
  return found
}

/**
 * The values of a tensor, as an array of their own. `tidy` must not return it: it looks for tensors in whatever it returns,
 * element by element, at some 0.7 microseconds and 40 bytes each.
 */
function read(make: () => Tensor): Float32Array {
  let values = new Float32Array()
  tidy(() => {
    values = make().dataSync<'float32'>().slice()
  })
  return values
}

function inOrder(constant: Constant, order: AxisOrder | null): Tensor {
  const loaded = tensor(floats(constant), [...constant.shape])
  return order === null ? loaded : transpose(loaded, [...order])
}
