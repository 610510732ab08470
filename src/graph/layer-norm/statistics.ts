import { intAttribute, intsAttribute } from '../attributes.js'
import { frontAxis } from '../axes.js'
import { toNumbers } from '../tensor.js'
import type { Node, Tensor } from '../types.js'
import { isOp, type Links } from './links.js'

/** sqrt(mean((x - mean(x))^2) + epsilon) over one axis, as nodes. */
export interface Deviation {
  /** The name of x. */
  readonly input: string
  readonly rank: number
  /** Counted from the front. */
  readonly axis: number
  /** The name of the mean. */
  readonly mean: string
  readonly epsilon: number
  readonly nodes: readonly Node[]
}

/** The deviation that a Sqrt is the last node of; undefined for any other node. */
export function deviationOf(root: Node | undefined, links: Links): Deviation | undefined {
  const { maker, constant } = links
  if (!isOp(root, 'Sqrt')) return undefined
  const plus = maker(root.inputs[0] ?? '')
  const epsilon = plus?.inputs.map(name => scalar(constant(name))).find(value => value !== undefined)
  const variance = plus?.inputs.map(maker).find(node => node !== undefined)
  if (!isOp(plus, 'Add') || epsilon === undefined || variance === undefined) return undefined
  const square = maker(variance.inputs[0] ?? '')
  const centred = maker(squared(square, links) ?? '')
  if (square === undefined || !isOp(centred, 'Sub')) return undefined
  // The square is the same whichever is subtracted from which.
  const { inputs } = centred
  const mean = inputs.map(maker).find((node, i) => isMean(node) && node.inputs[0] === inputs[1 - i])
  const [input = ''] = mean?.inputs ?? []
  const axis = meanAxis(mean, input, links)
  const rank = links.shape(input)?.length
  if (mean === undefined || rank === undefined || axis === undefined) return undefined
  if (meanAxis(variance, input, links) !== axis) return undefined
  const nodes = [mean, centred, square, variance, plus, root]
  return { input, rank, axis, mean: mean.outputs[0] ?? '', epsilon, nodes }
}

/** The single element of a constant. */
function scalar(tensor: Tensor | undefined): number | undefined {
  return tensor?.dtype === 'float32' && tensor.data.length === 1 ? Number(tensor.data[0]) : undefined
}

function isMean(node: Node | undefined): node is Node {
  return isOp(node, 'ReduceMean') || isOp(node, 'GlobalAveragePool')
}

/**
 * The axis of a mean over one axis that it keeps; `like` has as many axes as what it reads. tf2onnx writes the mean of the
 * last of three axes as a GlobalAveragePool.
 */
function meanAxis(node: Node | undefined, like: string, { constant, shape }: Links): number | undefined {
  if (!isMean(node)) return undefined
  if (node.op === 'GlobalAveragePool') return shape(like)?.length === 3 ? 2 : undefined
  if (intAttribute(node, 'keepdims', 1) !== 1) return undefined
  const given = constant(node.inputs[1] ?? '')
  const axes = given === undefined ? intsAttribute(node, 'axes', []) : toNumbers(given)
  const axis = frontAxis(axes[0] ?? 0, shape(like)?.length ?? 0)
  return axes.length === 1 && axis >= 0 ? axis : undefined
}

/** What a Pow by two or a product with itself squares. */
function squared(node: Node | undefined, { constant }: Links): string | undefined {
  const [a = '', b = ''] = node?.inputs ?? []
  if (isOp(node, 'Pow') && scalar(constant(b)) === 2) return a
  return isOp(node, 'Mul') && a === b ? a : undefined
}
