import { toNumbers } from '../../../graph/tensor.js'
import type { Weights } from '../weights/decode.js'
import { Attributes } from './attributes.js'
import { reference } from './order.js'
import type { GraphNode } from './schema.js'

const convolutions = new Set([
  'Conv2D',
  '_FusedConv2D',
  'DepthwiseConv2dNative',
  '_FusedDepthwiseConv2dNative',
])

/** Nodes that may stand between a convolution and the batch it is spread over: they work on each place alone. */
const passed = new Set(['ExpandDims', 'Squeeze', 'BiasAdd', 'Identity'])

/**
 * Convolutions that TensorFlow dilates by spreading the cells of a map over the batch (SpaceToBatchND, the convolution,
 * BatchToSpaceND) as dilated ones, so that the batch stays the batch.
 */
export function dilated(nodes: readonly GraphNode[], weights: Weights): readonly GraphNode[] {
  const named = new Map(nodes.map(node => [node.name, node]))
  const replaced = new Map<GraphNode, GraphNode>()
  const uses = new Map<string, number>()
  for (const input of nodes.flatMap(node => node.input ?? [])) {
    const name = reference(input)?.node ?? ''
    uses.set(name, (uses.get(name) ?? 0) + 1)
  }
  for (const last of nodes.filter(({ op }) => op === 'BatchToSpaceND')) {
    const chain = chainBefore(last, named)
    const first = chain.at(-1)
    const conv = chain.find(({ op }) => convolutions.has(op))
    const spread = sizesOf(first, weights)
    const gathered = sizesOf(last, weights)
    if (first === undefined || conv === undefined || spread === undefined || gathered === undefined) continue
    const window = windowOf(conv, spread, gathered)
    if (window === undefined || chain.some(({ name }) => uses.get(name) !== 1)) continue
    replaced.set(conv, { ...conv, attr: { ...conv.attr, ...window } })
    for (const node of [first, last])
      replaced.set(node, { ...node, op: 'Identity', input: (node.input ?? []).slice(0, 1) })
  }
  return nodes.map(node => replaced.get(node) ?? node)
}

/** What a BatchToSpaceND goes over, from behind, ending with a SpaceToBatchND; empty where it is something else. */
function chainBefore(last: GraphNode, named: ReadonlyMap<string, GraphNode>): GraphNode[] {
  const chain: GraphNode[] = []
  // A convolution with an axis added before and one taken behind it, and a bias, is as long as it gets.
  for (let node = source(last, named); node !== undefined && chain.length < 8; node = source(node, named)) {
    chain.push(node)
    if (node.op === 'SpaceToBatchND') return chain
    if (!passed.has(node.op) && !convolutions.has(node.op)) return []
  }
  return []
}

function source(node: GraphNode, named: ReadonlyMap<string, GraphNode>): GraphNode | undefined {
  return named.get(reference(node.input?.[0] ?? '')?.node ?? '')
}

interface Sizes {
  readonly block: readonly number[]
  /** Before and after each axis. */
  readonly sides: readonly number[]
}

/** The block and the paddings or crops of a SpaceToBatchND or BatchToSpaceND. */
function sizesOf(node: GraphNode | undefined, { tensors }: Weights): Sizes | undefined {
  const [block, sides] = [1, 2].map(i => tensors.get(node?.input?.[i] ?? ''))
  if (block === undefined || sides === undefined || sides.data.length !== 2 * block.data.length)
    return undefined
  return { block: toNumbers(block), sides: toNumbers(sides) }
}

/** The attributes of the dilated convolution; of a sequence, a row of height 1 stands for it. */
function windowOf(conv: GraphNode, spread: Sizes, gathered: Sizes): GraphNode['attr'] {
  const attributes = new Attributes(conv)
  const plain = [attributes.ints('strides', [1]), attributes.ints('dilations', [1])]
    .flat()
    .every(n => n === 1)
  const valid = attributes.string('padding', '') === 'VALID'
  if (!plain || !valid || spread.block.join() !== gathered.block.join() || spread.block.length > 2)
    return undefined
  const pads = spread.sides.map((size, i) => size - gathered.sides[i]!)
  if (pads.some(size => size < 0)) return undefined
  const missing = 2 - spread.block.length
  const block = [...Array<number>(missing).fill(1), ...spread.block]
  const sides = [...Array<number>(missing * 2).fill(0), ...pads]
  return {
    dilations: { list: { i: [1, ...block, 1] } },
    padding: { s: Buffer.from('EXPLICIT').toString('base64') },
    explicit_paddings: { list: { i: [0, 0, ...sides, 0, 0] } },
  }
}
