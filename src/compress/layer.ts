import { intAttribute } from '../graph/attributes.js'
import { elementCount, floats } from '../graph/tensor.js'
import type { Graph, Node, Tensor } from '../graph/types.js'

/**
 * A convolution or dense layer as a linear map y = W x + b over patches: W is [rows, columns], a row an output channel,
 * a column an input channel's cell (channel-major, then the kernel's cells), as im2col lays them out.
 */
export interface LinearLayer {
  readonly node: string
  readonly input: string
  readonly weight: string
  readonly bias: string | null
  /** The weight's axis that is summed over. */
  readonly contracted: number
  readonly rows: number
  readonly columns: number
  /** Columns an input channel has: the kernel's area, 1 for a dense layer. */
  readonly cells: number
}

/** The layers whose lost inputs least squares can make up for: dense ones, and convolutions of one group. */
export function linearLayers(graph: Graph): LinearLayer[] {
  const uses = new Map<string, number>()
  for (const node of graph.nodes) for (const name of node.inputs) uses.set(name, (uses.get(name) ?? 0) + 1)
  return graph.nodes.flatMap(node => {
    const layer = linearLayer(graph, node)
    // A weight that two nodes share has no single set of inputs to fit.
    return layer === undefined || uses.get(layer.weight) !== 1 ? [] : [layer]
  })
}

function linearLayer(graph: Graph, node: Node): LinearLayer | undefined {
  const [input = '', weight = '', bias = ''] = node.inputs
  const shape = graph.initializers.get(weight)?.shape
  if (shape === undefined || graph.initializers.get(weight)?.dtype !== 'float32') return undefined
  const names = { node: node.id, input, weight, bias: graph.initializers.has(bias) ? bias : null }
  if (node.op === 'Conv' && intAttribute(node, 'group', 1) === 1 && shape.length === 4) {
    const cells = elementCount(shape.slice(2))
    return { ...names, contracted: 1, rows: shape[0]!, columns: shape[1]! * cells, cells }
  }
  if (node.op === 'MatMul' && shape.length === 2) {
    const bias = addedBehind(graph, node, shape[1]!)
    return { ...names, bias, contracted: 0, rows: shape[1]!, columns: shape[0]!, cells: 1 }
  }
  const scaled = ['alpha', 'beta'].some(name => node.attributes[name] !== undefined && !isOne(node, name))
  if (node.op === 'Gemm' && !scaled && intAttribute(node, 'transA', 0) === 0) {
    const contracted = intAttribute(node, 'transB', 0)
    return { ...names, contracted, rows: shape[1 - contracted]!, columns: shape[contracted]!, cells: 1 }
  }
  return undefined
}

/** The bias of a MatMul, which exporters add in a node of its own: one value an output, that nothing else reads. */
function addedBehind(graph: Graph, { outputs: [made = ''] }: Node, rows: number): string | null {
  const readers = (name: string) => graph.nodes.filter(({ inputs }) => inputs.includes(name))
  const [sum, ...others] = readers(made)
  if (sum?.op !== 'Add' || others.length > 0) return null
  const bias = sum.inputs.find(name => name !== made) ?? ''
  const tensor = graph.initializers.get(bias)
  const fits = tensor?.dtype === 'float32' && tensor.data.length === rows && tensor.shape.at(-1) === rows
  return fits && readers(bias).length === 1 && !graph.outputs.some(({ name }) => name === made) ? bias : null
}

function isOne(node: Node, name: string): boolean {
  const attribute = node.attributes[name]
  return attribute?.kind === 'float' && attribute.value === 1
}

/** The layer's W, row-major [rows, columns]. */
export function weightMatrix(layer: LinearLayer, weight: Tensor): Float64Array {
  const source = floats(weight)
  if (layer.contracted === 1) return Float64Array.from(source)
  const matrix = new Float64Array(source.length)
  for (let row = 0; row < layer.rows; row++) {
    for (let column = 0; column < layer.columns; column++) {
      matrix[row * layer.columns + column] = source[column * layer.rows + row]!
    }
  }
  return matrix
}

/** A matrix as laid out by `weightMatrix`, back in the weight's own layout. */
export function fromWeightMatrix(layer: LinearLayer, matrix: Float64Array, shape: readonly number[]): Tensor {
  if (layer.contracted === 1) return { dtype: 'float32', shape, data: Float32Array.from(matrix) }
  const data = new Float32Array(matrix.length)
  for (let row = 0; row < layer.rows; row++) {
    for (let column = 0; column < layer.columns; column++) {
      data[column * layer.rows + row] = matrix[row * layer.columns + column]!
    }
  }
  return { dtype: 'float32', shape, data }
}
