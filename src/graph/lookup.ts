import { PARE_DOMAIN } from './pare-domain.js'
import type { Node } from './types.js'

/**
 * A weight of few distinct values: each element is the entry of a codebook that its index names (Han et al. 2016, section
 * 3). While such a network is trained, an entry's gradient is the sum of its elements'; before others read the model, the
 * weight is spelled out.
 */
export interface Lookup {
  /** Name of the uint8 constant with an index for each element, of the weight's shape. */
  readonly indices: string
  /** Name of the float32 constant with at most 256 entries. */
  readonly codebook: string
  /** Name of the weight. */
  readonly output: string
}

/** The node of a weight that is looked up. */
export function lookupNode(id: string, { indices, codebook, output }: Lookup): Node {
  return {
    id,
    op: 'Lookup',
    domain: PARE_DOMAIN,
    inputs: [indices, codebook],
    outputs: [output],
    attributes: {},
  }
}

/** What a node looks up; undefined for any other node. */
export function lookupOf(node: Node): Lookup | undefined {
  if (node.domain !== PARE_DOMAIN || node.op !== 'Lookup') return undefined
  const [indices = '', codebook = ''] = node.inputs
  return { indices, codebook, output: node.outputs[0] ?? '' }
}
