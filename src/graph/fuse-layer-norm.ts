import { intAttribute, intsAttribute } from './attributes.js'
import { dropUnused, usedNames } from './constants.js'
import { infer } from './shapes.js'
import { toNumbers } from './tensor.js'
import type { Graph, Node, Tensor } from './types.js'

/** The first operator set that has LayerNormalization. */
const FIRST_OPSET = 17

/** Who makes and who reads each value. */
interface Links {
  maker(name: string): Node | undefined
  readers(name: string): readonly Node[]
  /** Whether a value is a graph output or a sub-graph reads it. */
  outside(name: string): boolean
  constant(name: string): Tensor | undefined
  shape(name: string): readonly number[] | undefined
}

/** The nodes of one layer norm written out, and what it comes down to. */
interface Match {
  readonly nodes: readonly Node[]
  readonly fused: Node
}

/**
 * Layer norms that exporters write out, as (x - mean) / sqrt(mean((x - mean)^2) + epsilon) * scale + bias over the last
 * axis, as one operator each: only as a whole can they go over fewer channels.
 */
export function fuseLayerNorms(graph: Graph): Graph {
  if (graph.opset < FIRST_OPSET) return graph
  const links = linksOf(graph)
  const matches = graph.nodes.flatMap(node => match(node, links) ?? [])
  const gone = new Set(matches.flatMap(({ nodes }) => nodes))
  const fused = new Map(matches.map(({ nodes, fused }) => [nodes.at(-1), fused]))
  const nodes = graph.nodes.flatMap(node => fused.get(node) ?? (gone.has(node) ? [] : [node]))
  return matches.length === 0 ? graph : dropUnused({ ...graph, nodes })
}

function linksOf(graph: Graph): Links {
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const readers = new Map<string, Node[]>()
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) readers.set(name, [...(readers.get(name) ?? []), node])
  const { shapes } = infer(graph)
  const outside = usedNames({ ...graph, nodes: graph.nodes.map(node => ({ ...node, inputs: [] })) })
  return {
    maker: name => makers.get(name),
    readers: name => readers.get(name) ?? [],
    outside: name => outside.has(name),
    constant: name => graph.initializers.get(name),
    shape: name => shapes.get(name),
  }
}

/** The single element of a constant. */
function scalar(tensor: Tensor | undefined): number | undefined {
  return tensor?.dtype === 'float32' && tensor.data.length === 1 ? Number(tensor.data[0]) : undefined
}

/** A ReduceMean over the last axis alone that keeps it. */
function isLastMean(node: Node | undefined, { constant }: Links): node is Node {
  if (node?.op !== 'ReduceMean' || node.domain !== '' || intAttribute(node, 'keepdims', 1) !== 1) return false
  const given = constant(node.inputs[1] ?? '')
  const axes = given === undefined ? intsAttribute(node, 'axes', []) : toNumbers(given)
  return axes.length === 1 && axes[0] === -1
}

/** What a Pow by two or a product with itself squares. */
function squared(node: Node | undefined, { constant }: Links): string | undefined {
  const [a = '', b = ''] = node?.inputs ?? []
  if (node?.op === 'Pow' && scalar(constant(b)) === 2) return a
  return node?.op === 'Mul' && a === b ? a : undefined
}

/** A node that adds or multiplies by a constant vector, and that vector. */
function withVector(
  node: Node | undefined,
  op: string,
  value: string,
  { constant }: Links,
): string | undefined {
  if (node?.op !== op || node.domain !== '') return undefined
  const other = node.inputs.find(name => name !== value) ?? ''
  return constant(other)?.shape.length === 1 && constant(other)?.dtype === 'float32' ? other : undefined
}

/** The layer norm whose division `divide` is. */
function match(divide: Node, links: Links): Match | undefined {
  const { maker, readers, constant, shape } = links
  if (divide.op !== 'Div' || divide.domain !== '') return undefined
  const [centred = '', deviation = ''] = divide.inputs
  const [subtract, root] = [maker(centred), maker(deviation)]
  const plus = maker(root?.inputs[0] ?? '')
  const epsilon = plus?.inputs.map(name => scalar(constant(name))).find(value => value !== undefined)
  const variance = plus?.inputs.map(maker).find(node => node !== undefined)
  if (subtract?.op !== 'Sub' || root?.op !== 'Sqrt' || plus?.op !== 'Add' || epsilon === undefined)
    return undefined
  if (!isLastMean(variance, links)) return undefined
  const square = maker(variance.inputs[0] ?? '')
  const from = maker(squared(square, links) ?? '')
  const [input = '', average = ''] = subtract.inputs
  const mean = maker(average)
  // PyTorch subtracts once; others write the same subtraction again under the square.
  const again = from?.op === 'Sub' && from.inputs[0] === input && from.inputs[1] === average
  if (
    square === undefined ||
    from === undefined ||
    !again ||
    !isLastMean(mean, links) ||
    mean.inputs[0] !== input
  )
    return undefined
  const [quotient = ''] = divide.outputs
  const [times] = readers(quotient)
  const scale = withVector(times, 'Mul', quotient, links)
  const [scaled = ''] = times?.outputs ?? []
  const [add] = readers(scaled)
  const bias = withVector(add, 'Add', scaled, links)
  if (times === undefined || scale === undefined) return undefined
  // A vector of another length is broadcast, which the operator does not do.
  const width = shape(input)?.at(-1)
  if ([scale, bias ?? scale].some(vector => constant(vector)?.shape[0] !== width)) return undefined
  const inner = [...new Set([mean, from, subtract, square, variance, plus, root, divide, times])]
  const nodes =
    bias === undefined || add === undefined || readers(scaled).length > 1 ? inner : [...inner, add]
  if (!readOnlyWithin(nodes, links)) return undefined
  const fused: Node = {
    id: divide.id,
    op: 'LayerNormalization',
    domain: '',
    inputs: nodes === inner || bias === undefined ? [input, scale] : [input, scale, bias],
    outputs: nodes.at(-1)!.outputs,
    attributes: { axis: { kind: 'int', value: -1 }, epsilon: { kind: 'float', value: epsilon } },
  }
  return { nodes, fused }
}

/** Whether all that these nodes make, but for the last, is read by them alone. */
function readOnlyWithin(nodes: readonly Node[], { readers, outside }: Links): boolean {
  return nodes
    .slice(0, -1)
    .flatMap(node => node.outputs)
    .every(name => !outside(name) && readers(name).every(reader => nodes.includes(reader)))
}
