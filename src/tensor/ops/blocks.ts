import { intAttribute, stringAttribute } from '../../graph/attributes.js'
import { reshape, transpose } from '../tf.js'
import { channelsLast } from '../value.js'
import type { Operator, Operators } from './operator.js'

/** Blocks of channels become cells. */
const depthToSpace: Operator = context => {
  const block = intAttribute(context.node, 'blocksize', 1)
  const [n = 1, h = 1, w = 1, c = 1] = context.map(0).shape
  const inner = c / block ** 2
  const blocksFirst = stringAttribute(context.node, 'mode', 'DCR') === 'DCR'
  const apart = reshape(
    context.map(0),
    blocksFirst ? [n * h, w, block, block, inner] : [n * h, w, inner, block, block],
  )
  const turned = transpose(apart, blocksFirst ? [0, 2, 1, 3, 4] : [0, 3, 1, 4, 2])
  return channelsLast(reshape(turned, [n, h * block, w * block, inner]))
}

/** Blocks of cells become channels, block by block. */
const spaceToDepth: Operator = context => {
  const block = intAttribute(context.node, 'blocksize', 1)
  const [n = 1, h = 1, w = 1, c = 1] = context.map(0).shape
  const [rows, columns] = [h / block, w / block]
  const apart = reshape(context.map(0), [n * rows, block, columns, block * c])
  return channelsLast(reshape(transpose(apart, [0, 2, 1, 3]), [n, rows, columns, block * block * c]))
}

export const blocks: Operators = [
  ['DepthToSpace', depthToSpace],
  ['SpaceToDepth', spaceToDepth],
]
