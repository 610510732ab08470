import { floatAttribute, intAttribute } from '../../graph/attributes.js'
import { capturedNames, dropDead } from '../../graph/constants.js'
import { freshNames } from '../../graph/fresh-names.js'
import { inferShapes } from '../../graph/shapes.js'
import { elementCount, floats, floatTensor } from '../../graph/tensor.js'
import type { Graph, Node, Tensor } from '../../graph/types.js'

/** A layer that makes a norm's channels, and where its numbers of each stand. */
interface Foldable {
  readonly node: Node
  readonly weight: string
  /** The weight's axis of the channels. */
  readonly axis: number
  /** The node that adds the bias, and which of its inputs that is; null for the layer's own third input. */
  readonly sum: { readonly node: Node; readonly input: number } | null
}

/**
 * Batch normalisations with constant parameters folded into the layer before them that nothing else reads: a convolution, a
 * transposed one, a Gemm, or a MatMul with its bias behind it. Weight x a, bias x a + b. The others stay.
 */
export function foldNorms(graph: Graph): Graph {
  let folded = graph
  // A norm behind a norm is behind the layer once the first is folded.
  for (;;) {
    const next = foldOnce(folded)
    if (next === folded) return folded
    folded = next
  }
}

function foldOnce(graph: Graph): Graph {
  const layerOf = foldableLayers(graph)
  const fresh = freshNames(graph)
  const initializers = new Map(graph.initializers)
  const replaced = new Map<Node, Node>()
  const gone = new Set<Node>()
  for (const norm of graph.nodes) {
    const layer = layerOf(norm.inputs[0] ?? '')
    const map = affineOf(graph, norm)
    if (layer === undefined || map === undefined || replaced.has(layer.node)) continue
    const { node, weight, axis, sum } = layer
    const kernel = graph.initializers.get(weight)!
    if (kernel.shape[axis] !== map.a.length) continue
    const made = norm.outputs.slice(0, 1)
    const beta = node.op === 'Gemm' ? floatAttribute(node, 'beta', 1) : 1
    const holder = sum?.node ?? node
    const place = sum?.input ?? 2
    const bias = foldedBias(graph.initializers.get(holder.inputs[place] ?? ''), map, beta)
    const computed = holder.inputs[place] !== undefined && holder.inputs[place] !== ''
    if (bias === null || (computed && !graph.initializers.has(holder.inputs[place]!))) continue
    const name = fresh(`${node.id}/bias`)
    initializers.set(weight, scaled(kernel, axis, map.a))
    initializers.set(name, bias)
    const inputs = [...holder.inputs]
    while (inputs.length < place) inputs.push('')
    inputs[place] = name
    replaced.set(node, node)
    replaced.set(holder, { ...holder, inputs, outputs: made })
    gone.add(norm)
  }
  if (gone.size === 0) return graph
  const nodes = graph.nodes.filter(node => !gone.has(node)).map(node => replaced.get(node) ?? node)
  return dropDead({ ...graph, nodes, initializers })
}

/** A norm with its stored statistics as y = a x + b by channel; undefined where it is none of constants. */
function affineOf(
  graph: Graph,
  node: Node,
): { readonly a: Float64Array; readonly b: Float64Array } | undefined {
  if (node.op !== 'BatchNormalization' || node.domain !== '') return undefined
  if (intAttribute(node, 'training_mode', 0) === 1) return undefined
  const tensors = node.inputs.slice(1, 5).map(name => graph.initializers.get(name))
  const length = tensors[0]?.data.length
  if (tensors.length < 4 || tensors.some(t => t?.dtype !== 'float32' || t.data.length !== length))
    return undefined
  const [scale, shift, mean, variance] = tensors.map(tensor => floats(tensor!))
  const epsilon = floatAttribute(node, 'epsilon', 1e-5)
  const a = Float64Array.from(scale!, (s, c) => s / Math.sqrt(variance![c]! + epsilon))
  const b = a.map((slope, c) => shift![c]! - slope * mean![c]!)
  return a.every(Number.isFinite) && b.every(Number.isFinite) ? { a, b } : undefined
}

/** The layer that makes a value which only one node reads, where a norm can be folded into it. */
function foldableLayers(graph: Graph): (value: string) => Foldable | undefined {
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const shapes = inferShapes(graph)
  const reads = new Map<string, number>()
  const names = graph.nodes.flatMap(node => [...node.inputs, ...capturedNames(node)])
  for (const name of [...names, ...graph.outputs.map(({ name }) => name)])
    reads.set(name, (reads.get(name) ?? 0) + 1)
  const own = (name: string) => reads.get(name) === 1
  const isWeight = (name: string) => own(name) && graph.initializers.get(name)?.dtype === 'float32'
  const layer = (value: string): Foldable | undefined => {
    const node = makers.get(value)
    const [, weight = ''] = node?.inputs ?? []
    if (node === undefined || node.domain !== '' || !own(value) || !isWeight(weight)) return undefined
    const at = (axis: number) => ({ node, weight, axis, sum: null })
    switch (node.op) {
      case 'Conv':
        return at(0)
      case 'ConvTranspose':
        return intAttribute(node, 'group', 1) === 1 ? at(1) : undefined
      case 'Gemm':
        return floatAttribute(node, 'beta', 1) === 0 ? undefined : at(1 - intAttribute(node, 'transB', 0))
      case 'MatMul':
        return graph.initializers.get(weight)!.shape.length === 2 ? at(1) : undefined
      default:
        return undefined
    }
  }
  return value => {
    const node = makers.get(value)
    // A norm's channels are axis 1: those of a MatMul only where it makes rows.
    const rows = shapes.get(value)?.length === 2
    if (node?.op !== 'Add' || node.domain !== '') {
      const found = layer(value)
      return found?.node.op === 'MatMul' ? undefined : found
    }
    const input = node.inputs.findIndex(name => graph.initializers.has(name))
    const found = layer(node.inputs[1 - input] ?? '')
    return input < 0 || !rows || !own(value) || found?.node.op !== 'MatMul'
      ? undefined
      : { ...found, sum: { node, input } }
  }
}

function scaled(weight: Tensor, axis: number, a: Float64Array): Tensor {
  const inner = elementCount(weight.shape.slice(axis + 1))
  const data = floats(weight).map((value, i) => value * a[Math.floor(i / inner) % a.length]!)
  return floatTensor(weight.shape, data)
}

/** The bias behind the norm, one value a channel; null where the old one is no constant of that form. */
function foldedBias(
  old: Tensor | undefined,
  { a, b }: { readonly a: Float64Array; readonly b: Float64Array },
  beta: number,
): Tensor | null {
  const count = old?.data.length ?? 1
  const fits = count === 1 || (count === a.length && old?.shape.at(-1) === count)
  if (!fits || (old !== undefined && old.dtype !== 'float32')) return null
  const data = Float32Array.from(
    b,
    (offset, c) => offset / beta + (old === undefined ? 0 : a[c]! * floats(old)[count === 1 ? 0 : c]!),
  )
  return floatTensor([a.length], data)
}
