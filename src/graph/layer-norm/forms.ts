import type { Node } from '../types.js'
import { besides, isOp, type Links } from './links.js'
import { type Deviation, deviationOf } from './statistics.js'

/** The nodes of one layer norm written out, its result last, and what it comes down to. */
export interface Written {
  readonly nodes: readonly Node[]
  readonly deviation: Deviation
  /** Names of constants of one value an element along the axis. */
  readonly scale: string
  readonly bias: string | undefined
}

/** The layer norm written out whose last node, but for an Add of the bias, is `node`. */
export type Form = (node: Node, links: Links) => Written | undefined

/** (x - mean) / deviation * scale + bias, as PyTorch writes it. */
export const quotient: Form = (times, links) => {
  const { maker, readers } = links
  for (const normed of times.inputs) {
    const scale = besides(times, 'Mul', normed)
    const divide = maker(normed)
    if (scale === undefined || !isOp(divide, 'Div')) continue
    const [centred = '', root = ''] = divide.inputs
    const deviation = deviationOf(maker(root), links)
    const subtract = maker(centred)
    if (deviation === undefined || !isVector(scale, deviation, links)) continue
    if (!isOp(subtract, 'Sub') || subtract.inputs[0] !== deviation.input) continue
    if (subtract.inputs[1] !== deviation.mean) continue
    const nodes = [...deviation.nodes, subtract, divide, times]
    const [scaled = ''] = times.outputs
    const [add] = readers(scaled)
    const bias = besides(add, 'Add', scaled)
    if (add === undefined || bias === undefined || !isVector(bias, deviation, links))
      return { nodes, deviation, scale, bias: undefined }
    return { nodes: [...nodes, add], deviation, scale, bias }
  }
  return undefined
}

/** x * factor + (bias - mean * factor) with factor = scale / deviation, as TensorFlow writes it. */
export const affine: Form = (add, links) => {
  const { maker } = links
  if (!isOp(add, 'Add')) return undefined
  for (const [i, product] of add.inputs.entries()) {
    const times = maker(product)
    for (const factor of times?.inputs ?? []) {
      const input = besides(times, 'Mul', factor)
      const found = scaledInverse(factor, links)
      if (times === undefined || found === undefined || found.deviation.input !== input) continue
      const shift = shiftOf(add.inputs[1 - i] ?? '', factor, found.deviation, links)
      if (shift === undefined) continue
      const { deviation, scale } = found
      const nodes = [...deviation.nodes, ...found.nodes, times, ...shift.nodes, add]
      return { nodes, deviation, scale, bias: shift.bias }
    }
  }
  return undefined
}

/** scale / deviation. */
function scaledInverse(
  factor: string,
  links: Links,
): Pick<Written, 'nodes' | 'deviation' | 'scale'> | undefined {
  const { maker } = links
  const product = maker(factor)
  for (const inverse of product?.inputs ?? []) {
    const scale = besides(product, 'Mul', inverse)
    const reciprocal = maker(inverse)
    if (product === undefined || scale === undefined || !isOp(reciprocal, 'Reciprocal')) continue
    const deviation = deviationOf(maker(reciprocal.inputs[0] ?? ''), links)
    if (deviation === undefined || !isVector(scale, deviation, links)) continue
    return { nodes: [reciprocal, product], deviation, scale }
  }
  return undefined
}

/** bias - mean * factor, or without a bias; Keras 3 turns the sign of the mean, Keras 2 subtracts. */
function shiftOf(
  shift: string,
  factor: string,
  deviation: Deviation,
  links: Links,
): Pick<Written, 'nodes' | 'bias'> | undefined {
  const { maker } = links
  const node = maker(shift)
  const bare = negated(node, factor, deviation, links)
  if (bare !== undefined) return { nodes: bare, bias: undefined }
  const [left = '', right = ''] = node?.inputs ?? []
  if (isOp(node, 'Sub') && isVector(left, deviation, links)) {
    const product = maker(right)
    if (product === undefined || besides(product, 'Mul', factor) !== deviation.mean) return undefined
    return { nodes: [product, node], bias: left }
  }
  for (const product of node?.inputs ?? []) {
    const bias = besides(node, 'Add', product)
    const nodes = negated(maker(product), factor, deviation, links)
    if (node === undefined || bias === undefined || nodes === undefined) continue
    if (isVector(bias, deviation, links)) return { nodes: [...nodes, node], bias }
  }
  return undefined
}

/** -mean * factor: the nodes. */
function negated(
  node: Node | undefined,
  factor: string,
  { mean }: Deviation,
  { maker }: Links,
): readonly Node[] | undefined {
  const isTurned = (turn: Node | undefined, of: string): turn is Node =>
    isOp(turn, 'Neg') && turn.inputs[0] === of
  const turn = maker(besides(node, 'Mul', factor) ?? '')
  if (node !== undefined && isTurned(turn, mean)) return [turn, node]
  const product = isOp(node, 'Neg') ? maker(node.inputs[0] ?? '') : undefined
  if (node === undefined || product === undefined) return undefined
  return besides(product, 'Mul', factor) === mean ? [product, node] : undefined
}

/** Whether a constant has one value an element along the axis, and broadcasts along all others. */
function isVector(name: string, { rank, axis }: Deviation, { constant }: Links): boolean {
  const tensor = constant(name)
  if (tensor?.dtype !== 'float32' || tensor.shape.length > rank) return false
  const own = axis - rank + tensor.shape.length
  return own >= 0 && tensor.shape.every((size, a) => a === own || size === 1)
}
