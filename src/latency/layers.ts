import { intAttribute, intsAttribute } from '../graph/attributes.js'
import { bitsOfLayers, FLOAT_BITS } from '../graph/bitops.js'
import { layerCosts } from '../graph/cost.js'
import { PARE_DOMAIN } from '../graph/pare-domain.js'
import { infer, shapesView } from '../graph/shapes.js'
import { elementCount } from '../graph/tensor.js'
import type { Graph, Node } from '../graph/types.js'
import type { LayerConfig, LayerKind } from './layer-config.js'

/** One layer of a network: a node that computes, and what a runtime can do along with it. */
export interface NetworkLayer {
  /** The node it begins with. */
  readonly name: string
  readonly nodes: readonly string[]
  readonly config: LayerConfig
}

/** Operators that runtimes do along with the one before, or that only name its numbers anew. */
const followers = new Set(
  ['Relu', 'Clip', 'Sigmoid', 'HardSigmoid', 'Tanh', 'LeakyRelu', 'BatchNormalization', 'Add'].concat(
    ['Identity', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Cast'],
    ['QuantizeLinear', 'DequantizeLinear'],
  ),
)

/** Followers that cost nothing of their own, or that precision stands for. */
const silent = new Set(
  ['Identity', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Cast'].concat([
    'QuantizeLinear',
    'DequantizeLinear',
  ]),
)

function isFollower({ domain, op }: Node): boolean {
  return domain === PARE_DOMAIN || (domain === '' && followers.has(op))
}

function isSilent({ domain, op }: Node): boolean {
  return domain === PARE_DOMAIN || silent.has(op)
}

/**
 * A graph's layers in order, with their sizes for one sample. What is computed from constants alone belongs to none: a
 * runtime does it once.
 * @throws GraphError where a shape is not known.
 */
export function networkLayers(graph: Graph): readonly NetworkLayer[] {
  const shapes = shapesView(graph, infer(graph))
  const bits = bitsOfLayers(graph)
  const macs = new Map<string, number>()
  for (const cost of layerCosts(graph)) macs.set(cost.node, (macs.get(cost.node) ?? 0) + cost.macs)
  return splitIntoLayers(graph).map(nodes => {
    const main = nodes.find(node => !isSilent(node)) ?? nodes[0]!
    // A product of constants and values may name either first.
    const computed = main.inputs.find(name => name !== '' && !graph.initializers.has(name)) ?? main.inputs[0]!
    const sizes = sizesOf(main, shapes.of, shapes.of(computed))
    const pairs = (sizes.inChannels * sizes.outChannels) / sizes.groups
    const { weights, activations } = bits.get(main.id) ?? { weights: FLOAT_BITS, activations: FLOAT_BITS }
    return {
      name: main.id,
      nodes: nodes.map(({ id }) => id),
      config: {
        ops: nodes.flatMap(node => (isSilent(node) && node !== main ? [] : [node.op])).join('+'),
        ...sizes,
        macsPerPair: (macs.get(main.id) ?? 0) / pairs,
        weightBits: weights,
        activationBits: activations,
      },
    }
  })
}

/** The nodes of each layer: a node that computes, and the followers of what it makes. */
function splitIntoLayers(graph: Graph): readonly (readonly Node[])[] {
  const layerOf = new Map<string, number>()
  const computed = new Set(graph.inputs.map(({ name }) => name))
  const layers: Node[][] = []
  for (const node of graph.nodes) {
    if (!node.inputs.some(name => computed.has(name))) continue
    const known = node.inputs.flatMap(name => layerOf.get(name) ?? [])
    const at = isFollower(node) && known.length > 0 ? Math.max(...known) : layers.push([]) - 1
    layers[at]!.push(node)
    for (const name of node.outputs) {
      computed.add(name)
      layerOf.set(name, at)
    }
  }
  return layers
}

type Sizes = Omit<LayerConfig, 'ops' | 'macsPerPair' | 'weightBits' | 'activationBits'>

/** @param shapeOf of any value or constant */
function sizesOf(node: Node, shapeOf: (name: string) => readonly number[], read: readonly number[]): Sizes {
  const made = shapeOf(node.outputs[0]!)
  const isConvolution = node.op === 'Conv' || node.op === 'ConvTranspose'
  // Of sequences and rows the features come last.
  const axis = isConvolution || read.length >= 4 ? 1 : -1
  const [inChannels, outChannels] = [read.at(axis) ?? 1, made.at(axis) ?? 1]
  const groups = isConvolution ? intAttribute(node, 'group', 1) : 1
  const taps = elementCount(
    isConvolution ? shapeOf(node.inputs[1]!).slice(2) : intsAttribute(node, 'kernel_shape', []),
  )
  return {
    kind: kindOf(node, { groups, inChannels, taps }),
    inChannels,
    outChannels,
    groups,
    inPositions: elementCount(read) / inChannels,
    outPositions: elementCount(made) / outChannels,
    taps,
  }
}

/** How an operator computes with such sizes. */
export function kindOf(
  { op }: Pick<Node, 'op'>,
  { groups, inChannels, taps }: Pick<Sizes, 'groups' | 'inChannels' | 'taps'>,
): LayerKind {
  if (op === 'Gemm' || op === 'MatMul') return 'dense'
  if (op !== 'Conv' && op !== 'ConvTranspose') return 'other'
  if (groups > 1) return groups === inChannels ? 'depthwise' : 'grouped'
  return taps === 1 ? 'pointwise' : 'conv'
}
