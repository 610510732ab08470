import { floatAttribute, intAttribute } from '../attributes.js'
import { givenAxes } from '../axes.js'
import { elementCount, toNumbers } from '../tensor.js'
import type { Node } from '../types.js'
import type { Normed } from './affine-map.js'
import { isOp, type Links } from './links.js'

/**
 * Keras 2's layer norm as tf2onnx writes it: vectors of the last axis as channels [1, vectors, width, 1] of a batch
 * normalisation by their own statistics, then in their shape again. `back` is the last Reshape.
 */
export function batchForm(back: Node, links: Links): Normed | undefined {
  const { maker, shape } = links
  const norm = isOp(back, 'Reshape') ? maker(back.inputs[0] ?? '') : undefined
  if (!isOp(norm, 'BatchNormalization') || intAttribute(norm, 'training_mode', 0) === 1) return undefined
  const [rows = '', scale = '', bias = '', mean = '', variance = ''] = norm.inputs
  const apart = maker(rows)
  if (!isOp(apart, 'Reshape')) return undefined
  const [input = ''] = apart.inputs
  const [from, spread, made] = [input, rows, back.outputs[0] ?? ''].map(shape)
  const width = from?.at(-1)
  if (from === undefined || width === undefined || made?.join() !== from.join()) return undefined
  if (spread?.join() !== [1, elementCount(from) / width, width, 1].join()) return undefined
  const filling = [filled(scale, 1, links), filled(bias, 0, links)]
  const statistics = statisticsOf({ rows, mean, variance, width }, links)
  if (statistics === undefined || filling.includes(undefined)) return undefined
  const epsilon = floatAttribute(norm, 'epsilon', 1e-5)
  return {
    nodes: [apart, ...statistics, norm, back],
    deviation: { input, rank: from.length, axis: from.length - 1, epsilon },
  }
}

/** The Expand that fills a value with one number. */
function filled(name: string, number: number, { maker, constant }: Links): Node | undefined {
  const node = maker(name)
  const source = isOp(node, 'Expand') ? constant(node.inputs[0] ?? '') : undefined
  return source?.data.length === 1 && Number(source.data[0]) === number ? node : undefined
}

interface Statistics {
  readonly rows: string
  readonly mean: string
  readonly variance: string
  readonly width: number
}

/** The nodes that work out the mean and the variance of each row. */
function statisticsOf({ rows, mean, variance, width }: Statistics, links: Links): Node[] | undefined {
  const { maker, constant } = links
  const squeeze = maker(mean)
  const average = isOp(squeeze, 'Squeeze') ? maker(squeeze.inputs[0] ?? '') : undefined
  const divide = maker(variance)
  const squares = isOp(divide, 'Div') ? maker(divide.inputs[0] ?? '') : undefined
  const centred = isOp(squares, 'ReduceSumSquare') ? maker(squares.inputs[0] ?? '') : undefined
  const overRows = (node: Node, kept: 0 | 1) =>
    intAttribute(node, 'keepdims', 1) === kept && givenAxes(node, constant)?.join() === '0,2,3'
  if (squeeze === undefined || divide === undefined || squares === undefined) return undefined
  if (!isOp(average, 'ReduceMean') || average.inputs[0] !== rows || !overRows(average, 1)) return undefined
  if (!isOp(centred, 'Sub') || centred.inputs.join() !== [rows, average.outputs[0]].join()) return undefined
  const count = constant(divide.inputs[1] ?? '')
  if (!overRows(squares, 0) || count?.data.length !== 1 || toNumbers(count)[0] !== width) return undefined
  return [average, squeeze, centred, squares, divide]
}
