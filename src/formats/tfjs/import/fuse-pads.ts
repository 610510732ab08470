import { intsAttribute } from '../../../graph/attributes.js'
import { toNumbers } from '../../../graph/tensor.js'
import type { Graph, Node } from '../../../graph/types.js'
import { ints } from './attribute.js'
import { readers } from './uses.js'

/**
 * Zeros around a map that only convolutions read become those convolutions' own padding: Keras writes a padded
 * convolution of stride 2 as two layers, and pare reads channels through a Conv but not through a Pad.
 */
export function fusePads(graph: Graph): Graph {
  const uses = readers(graph)
  const fused = new Map<string, { readonly source: string; readonly pads: readonly number[] }>()
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs
    const pads = zeroPads(graph, node)
    if (pads !== undefined && uses.get(output)?.every(reader => reader !== null && takesPads(reader, output)))
      fused.set(output, { source: node.inputs[0]!, pads })
  }
  const nodes = graph.nodes
    .filter(node => !fused.has(node.outputs[0] ?? ''))
    .map(node => {
      const found = fused.get(node.inputs[0] ?? '')
      if (found === undefined) return node
      const own = intsAttribute(node, 'pads', [0, 0, 0, 0])
      const pads = own.map((size, i) => size + found.pads[i]!)
      return {
        ...node,
        inputs: [found.source, ...node.inputs.slice(1)],
        attributes: { ...node.attributes, pads: ints(pads) },
      }
    })
  return { ...graph, nodes }
}

function takesPads(node: Node, value: string): boolean {
  return node.op === 'Conv' && node.attributes.auto_pad === undefined && node.inputs.indexOf(value) === 0
}

/** Rows and columns of zeros before and after, as a Conv's `pads`; undefined for any other node. */
function zeroPads(graph: Graph, node: Node): readonly number[] | undefined {
  if (node.op !== 'Pad') return undefined
  const { mode } = node.attributes
  if (mode?.kind === 'string' && mode.value !== 'constant') return undefined
  const sizes = graph.initializers.get(node.inputs[1] ?? '')
  const fill = graph.initializers.get(node.inputs[2] ?? '')
  if (sizes === undefined || sizes.data.length !== 8) return undefined
  if (fill !== undefined && Number(fill.data[0]) !== 0) return undefined
  const pads = toNumbers(sizes)
  const [n0, c0, top, left, n1, c1, bottom, right] = pads
  if (n0 !== 0 || c0 !== 0 || n1 !== 0 || c1 !== 0) return undefined
  return [top!, left!, bottom!, right!]
}
