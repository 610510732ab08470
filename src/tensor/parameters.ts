import { floats } from '../graph/tensor.js'
import type { Tensor as Constant, Graph, Node } from '../graph/types.js'
import { type Tensor, tensor, tidy, transpose, type Variable, variable } from './tf.js'

/** How a weight stands in TF.js: its axes in that order, from ONNX's. */
type AxisOrder = readonly number[]

/** ONNX's [out, in, kh, kw] becomes [kh, kw, in, out], for depthwise [kh, kw, out, 1]; dense weights become [in, out]. */
function axisOrder(node: Node, input: number, rank: number): AxisOrder | null {
  if (node.op === 'Conv' && input === 1 && rank === 4)
    return node.attributes.group?.kind === 'int' && node.attributes.group.value > 1
      ? [2, 3, 0, 1]
      : [2, 3, 1, 0]
  const transposed = node.attributes.transB
  if (node.op === 'Gemm' && input === 1 && transposed?.kind === 'int' && transposed.value === 1) return [1, 0]
  return null
}

/** The float32 constants of a graph as TF.js variables, each in the layout its reader wants. */
export class Parameters {
  readonly #variables = new Map<string, Variable>()
  readonly #orders = new Map<string, AxisOrder>()
  readonly #graph: Graph

  constructor(graph: Graph) {
    this.#graph = graph
    for (const node of graph.nodes) {
      node.inputs.forEach((name, input) => {
        const constant = graph.initializers.get(name)
        if (constant?.dtype !== 'float32' || this.#variables.has(name)) return
        const order = axisOrder(node, input, constant.shape.length)
        if (order !== null) this.#orders.set(name, order)
        this.#variables.set(
          name,
          tidy(() => variable(inOrder(constant, order), isTrained(node, input))),
        )
      })
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
      const order = this.#orders.get(name)
      const data = tidy(() =>
        (order === undefined ? v : transpose(v, inverse(order))).dataSync<'float32'>().slice(),
      )
      initializers.set(name, { dtype: 'float32', shape, data })
    }
    return { ...this.#graph, initializers }
  }

  dispose(): void {
    for (const v of this.#variables.values()) v.dispose()
  }
}

/** Weights, biases and scales learn; running statistics and the limits of a clip do not. */
function isTrained(node: Node, input: number): boolean {
  switch (node.op) {
    case 'Conv':
    case 'Gemm':
    case 'MatMul':
    case 'PRelu':
      return true
    case 'BatchNormalization':
      return input === 1 || input === 2
    default:
      return false
  }
}

function inOrder(constant: Constant, order: AxisOrder | null): Tensor {
  const data = floats(constant)
  const loaded = tensor(data, [...constant.shape])
  return order === null ? loaded : transpose(loaded, [...order])
}

function inverse(order: AxisOrder): number[] {
  return order.map((_, axis) => order.indexOf(axis))
}
