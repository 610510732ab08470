import { intAttribute, stringAttribute } from '../attributes.js'
import type { Labels } from '../coupling/labels.js'
import { reshapeLabels } from '../coupling/reshape-labels.js'
import { permutedFrom } from '../permute.js'
import { GraphError, type Node } from '../types.js'
import type { Op } from './op.js'

function permute({ shape, extent, atoms }: Labels, order: readonly number[]): Labels {
  return {
    shape: order.map(axis => shape[axis]!),
    extent: order.map(axis => extent[axis]!),
    atoms: permutedFrom(extent, order).map(from => atoms[from]!),
  }
}

function dims(node: Node, shape: readonly number[]): readonly [number, number, number, number] {
  const [batch, channels, height, width] = shape
  if (batch === undefined || channels === undefined || height === undefined || width === undefined)
    throw new GraphError(`node ${node.id} (${node.op}): expected 4 axes, found [${shape}]`)
  return [batch, channels, height, width]
}

/** DepthToSpace: blocks of channels become places, so every block keeps the same channels. */
export const depthToSpace: Op = {
  shapes(node, shapes) {
    const [batch, channels, height, width] = dims(node, shapes.of(node.inputs[0] ?? ''))
    const block = intAttribute(node, 'blocksize', 1)
    return [[batch, channels / block ** 2, height * block, width * block]]
  },
  couple(node, coupling) {
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    const [batch, channels, height, width] = dims(node, labels.shape)
    const block = intAttribute(node, 'blocksize', 1)
    const inner = channels / block ** 2
    const blocksFirst = stringAttribute(node, 'mode', 'DCR') === 'DCR'
    const apart = blocksFirst
      ? [batch, block, block, inner, height, width]
      : [batch, inner, block, block, height, width]
    const even = coupling.even(reshapeLabels(labels, apart), blocksFirst ? [1, 2] : [2, 3], '')
    const moved = permute(even, blocksFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3])
    const [output = ''] = node.outputs
    coupling.label(output, reshapeLabels(moved, coupling.shape(output)))
  },
}

/** SpaceToDepth: each channel becomes a block of them. */
export const spaceToDepth: Op = {
  shapes(node, shapes) {
    const [batch, channels, height, width] = dims(node, shapes.of(node.inputs[0] ?? ''))
    const block = intAttribute(node, 'blocksize', 1)
    return [[batch, channels * block ** 2, height / block, width / block]]
  },
  couple(node, coupling) {
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    const [batch, channels, height, width] = dims(node, labels.shape)
    const block = intAttribute(node, 'blocksize', 1)
    const apart = reshapeLabels(labels, [batch, channels, height / block, block, width / block, block])
    const [output = ''] = node.outputs
    coupling.label(output, reshapeLabels(permute(apart, [0, 3, 5, 1, 2, 4]), coupling.shape(output)))
  },
}
