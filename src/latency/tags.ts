import type { Graph } from '../graph/types.js'
import type { NetworkLayer } from './layers.js'

/** Stands around a layer's number in names; runtimes name kernels after nodes or values. */
const tagOf = (layer: number) => `@${layer}@`

/** The graph with the layer's number in the name of every node and value, computing the same. */
export function tagLayers(graph: Graph, layers: readonly NetworkLayer[]): Graph {
  const layerOf = new Map(layers.flatMap(({ nodes }, i) => nodes.map(id => [id, i] as const)))
  const renamed = new Map<string, string>()
  for (const { id, outputs } of graph.nodes) {
    const layer = layerOf.get(id)
    if (layer === undefined) continue
    for (const name of outputs) if (name !== '') renamed.set(name, `${name}${tagOf(layer)}`)
  }
  const nameOf = (name: string) => renamed.get(name) ?? name
  return {
    ...graph,
    nodes: graph.nodes.map(node => ({
      ...node,
      id: layerOf.has(node.id) ? `${node.id}${tagOf(layerOf.get(node.id)!)}` : node.id,
      inputs: node.inputs.map(nameOf),
      outputs: node.outputs.map(nameOf),
    })),
    outputs: graph.outputs.map(output => ({ ...output, name: nameOf(output.name) })),
  }
}

/** A kernel as far as its place matters. */
interface Named {
  readonly name: string
  readonly op: string
}

/**
 * The layer of each kernel of a run. A kernel without a tag puts numbers in order for the next, or for the layers behind the
 * one before.
 */
export function layersOfKernels(kernels: readonly Named[]): readonly number[] {
  const tags = kernels.map(({ name }) => /@(\d+)@/.exec(name)?.[1])
  return kernels.map(({ op }, i) => {
    const [before, behind] = [tags.slice(0, i + 1).reverse(), tags.slice(i)]
    const order = op === 'ReorderOutput' ? [...before, ...behind] : [...behind, ...before]
    return Number(order.find(tag => tag !== undefined) ?? 0)
  })
}
