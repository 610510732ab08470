import { floatAttribute, intAttribute } from '../graph/attributes.js'
import { dropUnused } from '../graph/constants.js'
import { floats, floatTensor } from '../graph/tensor.js'
import type { Graph, Node, Tensor } from '../graph/types.js'

/** Mean and variance of each channel that a batch normalisation reads. */
export interface ChannelStatistics {
  readonly mean: Float32Array
  readonly variance: Float32Array
}

const EPSILON = 1e-5

/** A convolution's batch normalisation has its id and this behind it. */
const SUFFIX = '/batch-norm'

/** Convolutions with constant weights whose output exactly one node reads, so that what follows may be folded in. */
function foldable(graph: Graph): readonly Node[] {
  const outputs = new Set(graph.outputs.map(output => output.name))
  const readers = new Map<string, number>()
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) readers.set(name, (readers.get(name) ?? 0) + 1)
  const weights = graph.nodes.flatMap(node => node.inputs)
  return graph.nodes.filter(node => {
    const [, weight = ''] = node.inputs
    const [output = ''] = node.outputs
    const own =
      graph.initializers.get(weight)?.dtype === 'float32' &&
      weights.filter(name => name === weight).length === 1
    return node.op === 'Conv' && own && !outputs.has(output) && readers.get(output) === 1
  })
}

/**
 * Puts a batch normalisation behind every convolution that has none, as a pure shift by the convolution's bias (which it
 * takes over). The function stays the same.
 */
export function insertBatchNorm(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const normalized = new Set(
    graph.nodes.filter(node => node.op === 'BatchNormalization').map(node => node.inputs[0]),
  )
  const chosen = new Set(foldable(graph).filter(node => !normalized.has(node.outputs[0])))
  const nodes = graph.nodes.flatMap(node => {
    if (!chosen.has(node)) return [node]
    const [input = '', weight = '', bias = ''] = node.inputs
    const [output = ''] = node.outputs
    const channels = graph.initializers.get(weight)?.shape[0] ?? 0
    const name = (part: string) => `${node.id}${SUFFIX}/${part}`
    const constant = (value: number) => floatTensor([channels], new Float32Array(channels).fill(value))
    const shift = graph.initializers.get(bias)
    initializers.set(
      name('scale'),
      floatTensor([channels], new Float32Array(channels).fill(Math.sqrt(1 + EPSILON))),
    )
    initializers.set(
      name('shift'),
      shift === undefined ? constant(0) : floatTensor([channels], floats(shift).slice()),
    )
    initializers.set(name('mean'), constant(0))
    initializers.set(name('variance'), constant(1))
    const raw = `${output}${SUFFIX}`
    const norm: Node = {
      id: `${node.id}${SUFFIX}`,
      op: 'BatchNormalization',
      domain: '',
      inputs: [raw, name('scale'), name('shift'), name('mean'), name('variance')],
      outputs: [output],
      attributes: { epsilon: { kind: 'float', value: EPSILON } },
    }
    return [{ ...node, inputs: [input, weight], outputs: [raw] }, norm]
  })
  return dropUnused({ ...graph, nodes, initializers })
}

/** Each batch normalisation of the graph with its statistics replaced by `measured`, by node id. */
export function setStatistics(graph: Graph, measured: ReadonlyMap<string, ChannelStatistics>): Graph {
  const initializers = new Map(graph.initializers)
  for (const node of graph.nodes) {
    const found = measured.get(node.id)
    if (node.op !== 'BatchNormalization' || found === undefined) continue
    const [, , , mean = '', variance = ''] = node.inputs
    initializers.set(mean, floatTensor([found.mean.length], found.mean))
    initializers.set(variance, floatTensor([found.variance.length], found.variance))
  }
  return { ...graph, initializers }
}

/**
 * Gives each batch normalisation the statistics it will meet, and a scale and shift that keep what it computes: with the
 * old ones it was y = a x + b, and so it is with the new ones.
 */
export function adoptStatistics(graph: Graph, measured: ReadonlyMap<string, ChannelStatistics>): Graph {
  const initializers = new Map(graph.initializers)
  for (const node of graph.nodes) {
    const found = measured.get(node.id)
    if (node.op !== 'BatchNormalization' || found === undefined) continue
    const [, scale = '', shift = ''] = node.inputs
    const { a, b } = affine(graph, node)
    const epsilon = floatAttribute(node, 'epsilon', EPSILON)
    initializers.set(
      scale,
      floatTensor(
        [a.length],
        a.map((slope, c) => slope * Math.sqrt(found.variance[c]! + epsilon)),
      ),
    )
    initializers.set(
      shift,
      floatTensor(
        [a.length],
        b.map((offset, c) => offset + a[c]! * found.mean[c]!),
      ),
    )
  }
  return setStatistics({ ...graph, initializers }, measured)
}

/** What a batch normalisation computes with its stored statistics: y = a x + b by channel. */
function affine(graph: Graph, node: Node): { readonly a: Float32Array; readonly b: Float32Array } {
  const [scale, shift, mean, variance] = node.inputs
    .slice(1, 5)
    .map(name => floats(graph.initializers.get(name) as Tensor))
  const epsilon = floatAttribute(node, 'epsilon', EPSILON)
  const a = Float32Array.from(scale ?? [], (s, c) => s / Math.sqrt(variance![c]! + epsilon))
  return { a, b: a.map((slope, c) => shift![c]! - slope * mean![c]!) }
}

/** Folds every batch normalisation into the convolution it stands behind: weight x a, bias x a + b. */
export function foldBatchNorm(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const producers = new Map(foldable(graph).map(node => [node.outputs[0] ?? '', node]))
  const folded = new Map<Node, Node>()
  const gone = new Set<Node>()
  for (const norm of graph.nodes) {
    const conv = norm.op === 'BatchNormalization' ? producers.get(norm.inputs[0] ?? '') : undefined
    if (conv === undefined || intAttribute(norm, 'training_mode', 0) === 1) continue
    const [input = '', weight = '', bias = ''] = conv.inputs
    const kernel = graph.initializers.get(weight) as Tensor
    const { a, b } = affine(graph, norm)
    const perChannel = kernel.data.length / a.length
    const data = floats(kernel).map((value, i) => value * a[Math.floor(i / perChannel)]!)
    const old = graph.initializers.get(bias)
    const name = old === undefined ? `${conv.id}/bias` : bias
    initializers.set(weight, { ...kernel, data })
    initializers.set(
      name,
      floatTensor(
        [a.length],
        b.map((offset, c) => offset + a[c]! * (old === undefined ? 0 : floats(old)[c]!)),
      ),
    )
    folded.set(conv, { ...conv, inputs: [input, weight, name], outputs: norm.outputs.slice(0, 1) })
    gone.add(norm)
  }
  const nodes = graph.nodes.filter(node => !gone.has(node)).map(node => folded.get(node) ?? node)
  return dropUnused({ ...graph, nodes, initializers })
}
