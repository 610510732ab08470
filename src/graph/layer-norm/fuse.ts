import { dropUnused } from '../constants.js'
import type { Graph, Node, Tensor } from '../types.js'
import { affine, quotient, type Written } from './forms.js'
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
    const found = quotient(node, links) ?? affine(node, links)
    return found !== undefined && isFusible(found, links) ? [found] : []
  })
  if (matches.length === 0) return graph
  const gone = new Set(matches.flatMap(({ nodes }) => nodes))
  const initializers = new Map(graph.initializers)
  const fused = new Map(matches.map(match => [match.nodes.at(-1), nodesOf(match, initializers)]))
  const nodes = graph.nodes.flatMap(node => fused.get(node) ?? (gone.has(node) ? [] : [node]))
  return dropUnused({ ...graph, nodes, initializers })
}

/**
 * Whether its axis is one that pare writes, its vectors are as long as that (a shorter one is broadcast, which the operator
 * does not do), and all that its nodes make, but for the last, is read by them alone.
 */
function isFusible({ nodes, deviation, scale, bias }: Written, links: Links): boolean {
  const { input, axis, rank } = deviation
  const width = links.shape(input)?.[axis]
  const inner = nodes.slice(0, -1).flatMap(node => node.outputs)
  return (
    (axis === rank - 1 || (rank === 4 && axis === 1)) &&
    [scale, bias ?? scale].every(vector => links.constant(vector)?.data.length === width) &&
    inner.every(name => !links.outside(name) && links.readers(name).every(reader => nodes.includes(reader)))
  )
}

function nodesOf({ nodes, deviation, scale, bias }: Written, initializers: Map<string, Tensor>): Node[] {
  const { input, axis, rank, epsilon } = deviation
  const last = nodes.at(-1)!
  const [output = ''] = last.outputs
  const vector = (name: string): string => {
    const tensor = initializers.get(name)
    if (tensor === undefined || tensor.shape.length === 1) return name
    const flat = `${output}/${name}`
    initializers.set(flat, { ...tensor, shape: [tensor.data.length] })
    return flat
  }
  const norm = (from: string, to: string): Node => ({
    id: last.id,
    op: 'LayerNormalization',
    domain: '',
    inputs: [from, vector(scale), ...(bias === undefined ? [] : [vector(bias)])],
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
