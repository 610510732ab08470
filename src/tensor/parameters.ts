import { floats } from '../graph/tensor.js'
import { type Tensor as Constant, type Graph, GraphError, type Node } from '../graph/types.js'
import { type Tensor, tensor, tidy, transpose, type Variable, variable } from './tf.js'
import { type AxisOrder, axisOrder, inverse } from './weight-layout.js'

/** The float32 constants of a graph as TF.js variables, each in the layout its readers want. */
export class Parameters {
  readonly #variables = new Map<string, Variable>()
  readonly #orders: ReadonlyMap<string, AxisOrder | null>
  readonly #graph: Graph

  /** @throws GraphError for a constant that two nodes read in different layouts. */
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

  /** Name and variable of what training changes. */
  trainable(): readonly (readonly [string, Variable])[] {
    return [...this.#variables].filter(([, v]) => v.trainable)
  }

  /** The graph with the variables' present values, back in ONNX's layout. */
  toGraph(): Graph {
    const initializers = new Map(this.#graph.initializers)
    for (const [name, v] of this.#variables) {
      const shape = this.#graph.initializers.get(name)?.shape ?? []
      const order = this.#orders.get(name) ?? null
      const data = tidy(() =>
        (order === null ? v : transpose(v, inverse(order))).dataSync<'float32'>().slice(),
      )
      initializers.set(name, { dtype: 'float32', shape, data })
    }
    return { ...this.#graph, initializers }
  }

  dispose(): void {
    for (const v of this.#variables.values()) v.dispose()
  }
}

function ordersOf(graph: Graph): ReadonlyMap<string, AxisOrder | null> {
  const found = new Map<string, { readonly order: AxisOrder | null; readonly node: Node }>()
  for (const node of graph.nodes) {
    node.inputs.forEach((name, input) => {
      const constant = graph.initializers.get(name)
      if (constant?.dtype !== 'float32') return
      const order = axisOrder(node, input, constant)
      const before = found.get(name)
      if (before !== undefined && String(before.order) !== String(order))
        throw new GraphError(
          `constant ${name}: nodes ${before.node.id} (${before.node.op}) and ${node.id} (${node.op}) read it in different layouts, so it cannot be trained`,
        )
      found.set(name, { order, node })
    })
  }
  return new Map([...found].map(([name, { order }]) => [name, order]))
}

/** Weights, biases and scales learn; running statistics, limits of a clip and other fixed numbers do not. */
function trainedNames(graph: Graph): ReadonlySet<string> {
  const products = new Set(
    graph.nodes.filter(node => node.op === 'MatMul' || node.op === 'Conv').map(node => node.outputs[0]),
  )
  return new Set(
    graph.nodes.flatMap(node => {
      switch (node.op) {
        case 'Conv':
        case 'Gemm':
        case 'MatMul':
        case 'PRelu':
          return node.inputs
        case 'BatchNormalization':
          return node.inputs.slice(1, 3)
        case 'Add':
          // The bias of a product that exporters write apart from it.
          return node.inputs.some(name => products.has(name)) ? node.inputs : []
        default:
          return []
      }
    }),
  )
}

function inOrder(constant: Constant, order: AxisOrder | null): Tensor {
  const loaded = tensor(floats(constant), [...constant.shape])
  return order === null ? loaded : transpose(loaded, [...order])
}
