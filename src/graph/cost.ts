import { type AxisWidth, axisWidths, widthOf } from './axis-widths.js'
import type { ChannelGroup } from './groups.js'
import { opOf } from './ops/registry.js'
import { samplesOf } from './samples.js'
import { infer, shapesView } from './shapes.js'
import { elementCount } from './tensor.js'
import type { Graph } from './types.js'

/** One product of widths: `positions` times the elements of a weight. */
interface CostTerm {
  readonly positions: number
  readonly axes: readonly AxisWidth[]
}

/** MACs and parameters as exact functions of the keep counts, in group order; both never fall when a count rises. */
export interface CostModel {
  readonly macs: (keep: ArrayLike<number>) => number
  readonly params: (keep: ArrayLike<number>) => number
  /** MACs of each layer with weights; a node with several has several. */
  readonly layers: readonly LayerMacs[]
  /** Elements of each floating-point constant, with the nodes that read it. */
  readonly constants: readonly ConstantSize[]
}

/** A constant's elements as a function of the keep counts. */
export interface ConstantSize {
  readonly readers: readonly string[]
  readonly params: (keep: ArrayLike<number>) => number
}

/** A layer's MACs as a function of the keep counts. */
export interface LayerMacs {
  readonly node: string
  /** How often the weight is used for one sample. */
  readonly positions: number
  readonly macs: (keep: ArrayLike<number>) => number
  /** Sizes of the weight's axes. */
  readonly shape: (keep: ArrayLike<number>) => readonly number[]
}

/** What a layer multiplies, as it costs in the whole graph: a weight, or with null two computed values. */
export interface LayerCost {
  readonly node: string
  readonly weight: string | null
  readonly positions: number
  readonly macs: number
}

/** Multiply-accumulates of every convolution, dense layer and matmul for one sample (FLOPs = 2 x MACs). */
export function layerCosts(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): LayerCost[] {
  const shapes = shapesView(graph, infer(graph, inputShapes))
  const samples = samplesOf(graph)
  return graph.nodes.flatMap(node => {
    const counted = opOf(node)?.macs?.(node, shapes) ?? []
    return counted.map(part => {
      if (part.kind === 'product')
        return { node: node.id, weight: null, positions: 1, macs: part.macs / samples }
      const positions = part.positions / samples
      const macs = positions * elementCount(shapes.of(part.weight))
      return { node: node.id, weight: part.weight, positions, macs }
    })
  })
}

/** MACs of the graph as it stands. */
export function countMacs(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): number {
  return sumMacs(layerCosts(graph, inputShapes))
}

/** MACs of all layers. */
export function sumMacs(layers: readonly LayerCost[]): number {
  return layers.reduce((sum, layer) => sum + layer.macs, 0)
}

/** The cost functions of a graph whose `groups` are cut. */
export function costModel(
  graph: Graph,
  groups: readonly ChannelGroup[],
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): CostModel {
  const width = axisWidths(groups)
  const axes = (tensor: string, shape: readonly number[]) =>
    shape.map((size, axis) => width(tensor, axis, size))
  const layers = layerCosts(graph, inputShapes)
  const constant = (weight: string | null) => (weight === null ? undefined : graph.initializers.get(weight))
  const weighted = layers.flatMap(({ node, weight, positions }) => {
    const tensor = constant(weight)
    return weight === null || tensor === undefined
      ? []
      : [{ node, positions, axes: axes(weight, tensor.shape) }]
  })
  const products = layers.reduce(
    (sum, { weight, macs }) => sum + (constant(weight) === undefined ? macs : 0),
    0,
  )
  const macs = (keep: ArrayLike<number>) =>
    groups.reduce(
      (sum, { size, productMacs }, g) => sum - (size - keep[g]!) * productMacs,
      sumOf(weighted, keep) + products,
    )
  const params = [...graph.initializers].flatMap(([name, { dtype, shape }]) =>
    dtype.includes('float') ? [{ name, positions: 1, axes: axes(name, shape) }] : [],
  )
  const readers = new Map<string, string[]>()
  for (const { id, inputs } of graph.nodes)
    for (const name of inputs) readers.set(name, [...(readers.get(name) ?? []), id])
  return {
    macs,
    params: keep => sumOf(params, keep),
    layers: weighted.map(term => ({
      node: term.node,
      positions: term.positions,
      macs: keep => sumOf([term], keep),
      shape: keep => term.axes.map(axis => widthOf(axis, keep)),
    })),
    constants: params.map(term => ({
      readers: readers.get(term.name) ?? [],
      params: keep => sumOf([term], keep),
    })),
  }
}

function sumOf(terms: readonly CostTerm[], keep: ArrayLike<number>): number {
  let sum = 0
  for (const { positions, axes } of terms) {
    let product = positions
    for (const axis of axes) product *= widthOf(axis, keep)
    sum += product
  }
  return sum
}
