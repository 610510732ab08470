import { dropDead } from '../constants.js'
import { floatTensor } from '../tensor.js'
import type { Graph, Node, Tensor } from '../types.js'
import { type Written, withAffineMap } from './affine-map.js'
import { batchForm } from './batch-form.js'
import { affine, quotient } from './forms.js'
import { type Links, linksOf } from './links.js'

/** The first operator set that has LayerNormalization. */
const FIRST_OPSET = 17

/**
 * Layer norms that exporters write out, over the last axis or over the channels of a map, as one operator each: only as a
 * whole can they go over fewer channels. One over the channels of a map stands between two Transposes.
 */
export function fuseLayerNorms(graph: Graph): Graph {
  if (graph.opset < FIRST_OPSET) return graph
  const links = linksOf(graph)
  const matches = graph.nodes.flatMap(node => {
    const normed = quotient(node, links) ?? batchForm(node, links)
    const found = normed === undefined ? affine(node, links) : withAffineMap(normed, links)
    return found !== undefined && isFusible(found, links) ? [found] : []
  })
  if (matches.length === 0) return graph
  const gone = new Set(matches.flatMap(({ nodes }) => nodes))
  const initializers = new Map(graph.initializers)
  const fused = new Map(matches.map(match => [match.nodes.at(-1), nodesOf(match, initializers, links)]))
  const nodes = graph.nodes.flatMap(node => fused.get(node) ?? (gone.has(node) ? [] : [node]))
  return dropDead({ ...graph, nodes, initializers })
}

/**
 * Whether its axis is one that pare writes, and all that its nodes make, but for the last, is read by them alone.
 */
function isFusible({ nodes, deviation }: Written, links: Links): boolean {
  const { axis, rank } = deviation
  const inner = nodes.slice(0, -1).flatMap(node => node.outputs)
  return (
    (axis === rank - 1 || (rank === 4 && axis === 1)) &&
    inner.every(name => !links.outside(name) && links.readers(name).every(reader => nodes.includes(reader)))
  )
}

function nodesOf(
  { nodes, deviation, scale, bias }: Written,
  initializers: Map<string, Tensor>,
  links: Links,
): Node[] {
  const { input, axis, rank, epsilon } = deviation
  const width = links.shape(input)?.[axis] ?? 0
  const last = nodes.at(-1)!
  const [output = ''] = last.outputs
  const vector = (name: string): string => {
    const tensor = initializers.get(name)
    if (tensor === undefined || tensor.shape.length === 1) return name
    const flat = `${output}/${name}`
    initializers.set(flat, { ...tensor, shape: [tensor.data.length] })
    return flat
  }
  const ones = (): string => {
    const name = `${output}/scale`
    initializers.set(name, floatTensor([width], new Float32Array(width).fill(1)))
    return name
  }
  const norm = (from: string, to: string): Node => ({
    id: last.id,
    op: 'LayerNormalization',
    domain: '',
    inputs: [
      from,
      scale === undefined ? ones() : vector(scale),
      ...(bias === undefined ? [] : [vector(bias)]),
    ],
    outputs: [to],
    attributes: { axis: { kind: 'int', value: -1 }, epsilon: { kind: 'float', value: epsilon } },
  })
  if (axis === rank - 1) return [norm(input, output)]
  const turn = (id: string, from: string, to: string, value: readonly number[]): Node => ({
    id,
    op: 'Transpose',
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: { perm: { kind: 'ints', value } },
  })
  return [
    turn(`${last.id}/last`, input, `${output}/last`, [0, 2, 3, 1]),
    norm(`${output}/last`, `${output}/normed`),
    turn(`${last.id}/first`, `${output}/normed`, output, [0, 3, 1, 2]),
  ]
}
