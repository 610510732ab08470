import { intAttribute } from '../../graph/attributes.js'
import { layerCosts } from '../../graph/cost.js'
import { inferShapes } from '../../graph/shapes.js'
import type { Graph, Node } from '../../graph/types.js'
import { type LinearLayer, linearLayers } from '../layer.js'

/** A layer that can be written as thin ones. */
export interface SplittableLayer extends LinearLayer {
  /** Sizes of the kernel, none for a dense layer. */
  readonly kernel: readonly number[]
  /** How often its weight is used for one sample: the places of its output. */
  readonly positions: number
  /** Places of a map as high as its output and as wide as its input. */
  readonly middlePositions: number
  /** Places of its input. */
  readonly inputPositions: number
}

/** The time of an eigen decomposition grows with the cube of the outputs: at this many it takes minutes. */
const MOST_OUTPUTS = 2048

/** Convolutions of one group and dense layers with a constant weight of their own, in the graph's order. */
export function splittableLayers(graph: Graph): SplittableLayer[] {
  const linear = new Map(linearLayers(graph).map(layer => [layer.node, layer]))
  const positions = new Map(layerCosts(graph).map(({ node, positions }) => [node, positions]))
  const shapes = inferShapes(graph)
  const reads = new Map<string, number>()
  for (const name of graph.nodes.flatMap(({ inputs }) => inputs)) reads.set(name, (reads.get(name) ?? 0) + 1)
  return graph.nodes.flatMap(node => {
    const layer = linear.get(node.id) ?? scaledGemm(graph, node, reads)
    if (layer === undefined || layer.rows > MOST_OUTPUTS) return []
    const kernel = graph.initializers.get(layer.weight)!.shape.slice(2)
    const bias = graph.initializers.get(layer.bias ?? '')
    const own = bias?.data.length === layer.rows && reads.get(layer.bias ?? '') === 1
    const places = positions.get(node.id) ?? 1
    const [height = 1, width = 1] = shapes.get(layer.input)?.slice(2) ?? []
    const [outHeight = 1, outWidth = 1] = shapes.get(node.outputs[0] ?? '')?.slice(2) ?? []
    const samples = places / (outHeight * outWidth)
    const convolution = kernel.length > 0
    return [
      {
        ...layer,
        bias: own ? layer.bias : null,
        kernel,
        positions: places,
        middlePositions: convolution ? samples * outHeight * width : places,
        inputPositions: convolution ? samples * height * width : places,
      },
    ]
  })
}

/** A Gemm that transposes or scales; its bias is not that of y = W x + b, so it must stay what it is. */
function scaledGemm(graph: Graph, node: Node, reads: ReadonlyMap<string, number>): LinearLayer | undefined {
  const [input = '', weight = ''] = node.inputs
  const tensor = graph.initializers.get(weight)
  if (node.op !== 'Gemm' || node.domain !== '' || tensor?.dtype !== 'float32') return undefined
  if (graph.initializers.has(input) || tensor.shape.length !== 2 || reads.get(weight) !== 1) return undefined
  const contracted = intAttribute(node, 'transB', 0)
  const [rows, columns] = [tensor.shape[1 - contracted]!, tensor.shape[contracted]!]
  return { node: node.id, input, weight, bias: null, contracted, rows, columns, cells: 1 }
}
