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

/** How many places read each name. */
function readersOf(graph: Graph): ReadonlyMap<string, number> {
  const readers = new Map<string, number>()
  for (const name of graph.nodes.flatMap(node => node.inputs)) readers.set(name, (readers.get(name) ?? 0) + 1)
  return readers
}

function isStandard(node: Node, op: string): boolean {
  return node.domain === '' && node.op === op
}

function isFloat(graph: Graph, name: string): boolean {
  return graph.initializers.get(name)?.dtype === 'float32'
}

/** Whether a node is a batch normalisation whose parameters and statistics are constants. */
function isConstantNorm(graph: Graph, node: Node): boolean {
  const parameters = node.inputs.slice(1, 5)
  return isStandard(node, 'BatchNormalization') && parameters.every(name => isFloat(graph, name))
}

/** Convolutions with a constant weight of their own, no bias or a constant one, whose output stays inside the graph. */
function ownConvolutions(graph: Graph, readers: ReadonlyMap<string, number>): readonly Node[] {
  const outputs = new Set(graph.outputs.map(output => output.name))
  return graph.nodes.filter(node => {
    const [, weight = '', bias = ''] = node.inputs
    const own = isFloat(graph, weight) && readers.get(weight) === 1
    const shifts = bias === '' || isFloat(graph, bias)
    return isStandard(node, 'Conv') && own && shifts && !outputs.has(node.outputs[0] ?? '')
  })
}

/**
 * Puts a batch normalisation behind every convolution with a bias that has none, as a pure shift by this bias (which it takes
 * over). The function stays the same. One without a bias would come out with one: parameters that no budget knew of.
 */
export function insertBatchNorm(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const normalized = new Set(
    graph.nodes.filter(node => node.op === 'BatchNormalization').map(node => node.inputs[0]),
  )
  const readers = readersOf(graph)
  const chosen = new Set(
    ownConvolutions(graph, readers).filter(
      ({ inputs, outputs }) => (inputs[2] ?? '') !== '' && !normalized.has(outputs[0]),
    ),
  )
  const nodes = graph.nodes.flatMap(node => {
    if (isConstantNorm(graph, node)) return [withOwnConstants(node, readers, initializers)]
    if (!chosen.has(node)) return [node]
    const [input = '', weight = '', bias = ''] = node.inputs
    const [output = ''] = node.outputs
    const channels = graph.initializers.get(weight)?.shape[0] ?? 0
    const name = (part: string) => `${node.id}${SUFFIX}/${part}`
    const constant = (value: number) => floatTensor([channels], new Float32Array(channels).fill(value))
    const shift = floats(graph.initializers.get(bias)!).slice()
    initializers.set(
      name('scale'),
      floatTensor([channels], new Float32Array(channels).fill(Math.sqrt(1 + EPSILON))),
    )
    initializers.set(name('shift'), floatTensor([channels], shift))
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

/** Exporters store equal constants once; statistics that are about to differ need a copy for each node. */
function withOwnConstants(
  norm: Node,
  readers: ReadonlyMap<string, number>,
  initializers: Map<string, Tensor>,
): Node {
  const inputs = norm.inputs.map((name, i) => {
    const constant = initializers.get(name)
    if (constant === undefined || readers.get(name) === 1) return name
    const own = unused(`${norm.id}/input-${i}`, initializers)
    initializers.set(own, constant)
    return own
  })
  return { ...norm, inputs }
}

/** Each batch normalisation of the graph with its statistics replaced by `measured`, by node id. */
export function setStatistics(graph: Graph, measured: ReadonlyMap<string, ChannelStatistics>): Graph {
  const initializers = new Map(graph.initializers)
  for (const node of graph.nodes) {
    const found = measured.get(node.id)
    if (!isConstantNorm(graph, node) || found === undefined) continue
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
    if (!isConstantNorm(graph, node) || found === undefined) continue
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

/**
 * Folds every batch normalisation into the convolution it stands behind: weight x a, bias x a + b. One whose convolution
 * is read elsewhere too, or shares its weight, stays.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const readers = readersOf(graph)
  const producers = new Map(
    ownConvolutions(graph, readers)
      .filter(node => readers.get(node.outputs[0] ?? '') === 1)
      .map(node => [node.outputs[0] ?? '', node]),
  )
  const folded = new Map<Node, Node>()
  const gone = new Set<Node>()
  for (const norm of graph.nodes) {
    const conv = isConstantNorm(graph, norm) ? producers.get(norm.inputs[0] ?? '') : undefined
    if (conv === undefined || intAttribute(norm, 'training_mode', 0) === 1) continue
    const [input = '', weight = '', bias = ''] = conv.inputs
    const kernel = graph.initializers.get(weight) as Tensor
    const { a, b } = affine(graph, norm)
    const perChannel = kernel.data.length / a.length
    const data = floats(kernel).map((value, i) => value * a[Math.floor(i / perChannel)]!)
    const old = graph.initializers.get(bias)
    const name = readers.get(bias) === 1 && old !== undefined ? bias : unused(`${conv.id}/bias`, initializers)
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

/** A name that no initializer has yet. */
function unused(wanted: string, initializers: ReadonlyMap<string, Tensor>): string {
  return initializers.has(wanted) ? unused(`${wanted}'`, initializers) : wanted
}
