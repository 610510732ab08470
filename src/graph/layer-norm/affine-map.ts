import type { Node } from '../types.js'
import { besides, type Links } from './links.js'
import type { Deviation } from './statistics.js'

/** Nodes that bring the vectors along an axis to mean 0 and variance 1, their result last. */
export interface Normed {
  readonly nodes: readonly Node[]
  readonly deviation: Pick<Deviation, 'input' | 'rank' | 'axis' | 'epsilon'>
}

/** The nodes of one layer norm written out, its result last, and what it comes down to. */
export interface Written extends Normed {
  /** Names of constants of one value an element along the axis; either may be left out. */
  readonly scale: string | undefined
  readonly bias: string | undefined
}

/** What is normed with the scale and the bias that follow, where nothing else reads what stands before them. */
export function withAffineMap(normed: Normed, links: Links): Written {
  const scale = following(normed, normed.nodes.at(-1), 'Mul', links)
  const bias = following(normed, scale?.node ?? normed.nodes.at(-1), 'Add', links)
  const nodes = [...normed.nodes, scale?.node, bias?.node].filter(node => node !== undefined)
  return { nodes, deviation: normed.deviation, scale: scale?.vector, bias: bias?.vector }
}

function following(
  { deviation }: Normed,
  node: Node | undefined,
  op: string,
  links: Links,
): { readonly node: Node; readonly vector: string } | undefined {
  const [made = ''] = node?.outputs ?? []
  const [reader, ...others] = links.readers(made)
  const vector = besides(reader, op, made)
  if (reader === undefined || others.length > 0 || links.outside(made) || vector === undefined)
    return undefined
  return isVector(vector, deviation, links) ? { node: reader, vector } : undefined
}

/** Whether a constant has one value for each element along the axis, and broadcasts along all others. */
export function isVector(
  name: string,
  { input, rank, axis }: Normed['deviation'],
  { constant, shape }: Links,
): boolean {
  const tensor = constant(name)
  if (tensor?.dtype !== 'float32' || tensor.shape.length > rank) return false
  const own = axis - rank + tensor.shape.length
  const width = shape(input)?.[axis]
  return own >= 0 && tensor.shape.every((size, a) => size === (a === own ? width : 1))
}
