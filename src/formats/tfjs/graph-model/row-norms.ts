import { toNumbers } from '../../../graph/tensor.js'
import type { Weights } from '../weights/decode.js'
import { Attributes } from './attributes.js'
import { reference } from './order.js'
import type { GraphNode } from './schema.js'

/** What stands for a whole row norm; no operator of TensorFlow has this name. */
export const ROW_NORM = 'pare.RowNorm'

/**
 * Keras 2 brings the vectors of a value to mean 0 and variance 1 by a batch normalisation in training mode, whose channels
 * they are for its time: [1, vectors, width, 1]. Such a one, from its Reshape before to that behind it, becomes one node
 * that reads the value and the two shapes.
 */
export function rowNorms(nodes: readonly GraphNode[], weights: Weights): readonly GraphNode[] {
  const named = new Map(nodes.map(node => [node.name, node]))
  const readers = new Map<string, GraphNode[]>()
  for (const node of nodes)
    for (const input of node.input ?? []) {
      const name = reference(input)?.node ?? ''
      readers.set(name, [...(readers.get(name) ?? []), node])
    }
  const source = (node: GraphNode | undefined, index: number) =>
    named.get(reference(node?.input?.[index] ?? '')?.node ?? '')
  const isFilled = (node: GraphNode | undefined, number: number) => {
    const tensor = weights.tensors.get(source(node, 1)?.name ?? '')
    return node?.op === 'Fill' && tensor?.data.length === 1 && toNumbers(tensor)[0] === number
  }
  const replaced = new Map<GraphNode, GraphNode>()
  for (const norm of nodes.filter(({ op }) => op === 'FusedBatchNormV3')) {
    const attributes = new Attributes(norm)
    const byRow = attributes.bool('is_training', true) && attributes.string('data_format', 'NHWC') === 'NCHW'
    const before = source(norm, 0)
    const [behind, ...others] = readers.get(norm.name) ?? []
    if (!byRow || before?.op !== 'Reshape' || behind?.op !== 'Reshape' || others.length > 0) continue
    if (!isFilled(source(norm, 1), 1) || !isFilled(source(norm, 2), 0)) continue
    const input = [...(before.input ?? []).slice(0, 2), ...(behind.input ?? []).slice(1, 2)]
    replaced.set(behind, { ...behind, op: ROW_NORM, input, attr: norm.attr })
  }
  return nodes.map(node => replaced.get(node) ?? node)
}
