import { intAttribute } from '../../graph/attributes.js'
import { sourcesOf } from '../../graph/movers.js'
import type { Graph, Node, Tensor } from '../../graph/types.js'

/** A layer whose weight, and the activation it reads, can be rounded to integers. */
export interface QuantizableLayer {
  /** Its node's id. */
  readonly node: string
  readonly op: string
  /** Name of the weight's constant. */
  readonly weight: string
  /**
   * The weight's axis of the channels that the layer makes (those it reads, in a depthwise transposed convolution). Null for a
   * stack of matrices: ONNX Runtime's integer product takes no scales by channel there.
   */
  readonly axis: number | null
  /** Whether each channel has a filter of its own, of one input channel. */
  readonly depthwise: boolean
  /** Name of the group its input belongs to. */
  readonly activation: string
}

/** Layers that read the same numbers, perhaps in another shape: one quantiser serves them. */
export interface ActivationGroup {
  /** The value that is quantised, where its numbers are made. */
  readonly name: string
  readonly layers: readonly string[]
}

/** Layers that share a weight: it is stored once, with one width. */
export interface WeightGroup {
  /** The weight. */
  readonly name: string
  readonly layers: readonly string[]
  /** The axis of its channels' scales; null where its layers want different ones. */
  readonly axis: number | null
}

/** A layer with multiplications that stays float. */
export interface FloatLayer {
  readonly node: string
  readonly reason: string
}

export interface QuantizableLayers {
  readonly layers: readonly QuantizableLayer[]
  readonly activations: readonly ActivationGroup[]
  readonly weights: readonly WeightGroup[]
  readonly float: readonly FloatLayer[]
}

/** What of a graph can be quantised, in its order, and which decisions are one. */
export function quantizableLayers(graph: Graph): QuantizableLayers {
  const sourceOf = sourcesOf(graph)
  const layers: QuantizableLayer[] = []
  const float: FloatLayer[] = []
  for (const node of graph.nodes) {
    const reason = reasonAgainst(graph, node)
    if (reason === undefined) continue
    if (reason !== null) float.push({ node: node.id, reason })
    else {
      const [input = '', weight = ''] = node.inputs
      const form = formOf(node, graph.initializers.get(weight)!)
      layers.push({ node: node.id, op: node.op, weight, activation: sourceOf(input), ...form })
    }
  }
  const by = (key: 'activation' | 'weight') => {
    const groups = new Map<string, QuantizableLayer[]>()
    for (const layer of layers) groups.set(layer[key], [...(groups.get(layer[key]) ?? []), layer])
    return [...groups].map(([name, members]) => ({ name, layers: members.map(({ node }) => node), members }))
  }
  return {
    layers,
    activations: by('activation').map(({ name, layers }) => ({ name, layers })),
    weights: by('weight').map(({ name, layers, members }) => {
      const axes = new Set(members.map(({ axis }) => axis))
      return { name, layers, axis: axes.size === 1 ? (members[0]?.axis ?? null) : null }
    }),
    float,
  }
}

const weighted = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul'])
const recurrent = new Set(['LSTM', 'GRU', 'RNN'])

/** Why a layer stays float; null where it need not, undefined for a node that is no layer. */
function reasonAgainst({ initializers }: Graph, { op, domain, inputs }: Node): string | null | undefined {
  if (domain !== '') return undefined
  if (recurrent.has(op)) return 'a recurrent layer; its state would be rounded at every step'
  if (!weighted.has(op)) return undefined
  const [input = '', weight = ''] = inputs
  const tensor = initializers.get(weight)
  if (initializers.has(input)) return 'its first operand is a constant, not a value'
  if (tensor === undefined) return 'its weight is computed, not a constant'
  if (tensor.dtype !== 'float32') return `its weight is ${tensor.dtype}, not float32`
  return tensor.shape.length < 2 ? 'its weight is a vector' : null
}

function formOf(node: Node, { shape }: Tensor): Pick<QuantizableLayer, 'axis' | 'depthwise'> {
  const grouped = intAttribute(node, 'group', 1) > 1
  const depthwise = grouped && shape[1] === 1
  switch (node.op) {
    case 'Conv':
      return { axis: 0, depthwise }
    case 'ConvTranspose':
      return { axis: depthwise ? 0 : 1, depthwise }
    case 'Gemm':
      return { axis: intAttribute(node, 'transB', 0) === 1 ? 0 : 1, depthwise: false }
    default:
      return { axis: shape.length === 2 ? 1 : null, depthwise: false }
  }
}
