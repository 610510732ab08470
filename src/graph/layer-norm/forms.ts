import type { Node } from '../types.js'
import { isVector, type Normed, type Written } from './affine-map.js'
import { besides, isOp, type Links } from './links.js'
import { type Deviation, deviationOf } from './statistics.js'

/** (x - mean) / deviation, as PyTorch writes it; a scale and a bias may follow. */
export function quotient(divide: Node, links: Links): Normed | undefined {
  const { maker } = links
  if (!isOp(divide, 'Div')) return undefined
  const [centred = '', root = ''] = divide.inputs
  const deviation = deviationOf(maker(root), links)
  const subtract = maker(centred)
  if (deviation === undefined || !isOp(subtract, 'Sub')) return undefined
  if (subtract.inputs.join() !== [deviation.input, deviation.mean].join()) return undefined
  return { nodes: [...deviation.nodes, subtract, divide], deviation }
}

/** x * factor + (bias - mean * factor) with factor = scale / deviation, as TensorFlow writes it. */
export function affine(add: Node, links: Links): Written | undefined {
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
): { readonly nodes: readonly Node[]; readonly deviation: Deviation; readonly scale: string } | undefined {
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
