import { intAttribute } from '../attributes.js'
import { expand, type Labels } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node } from '../types.js'
import type { Op, Shapes } from './op.js'

function outputShape(node: Node, shapes: Shapes): number[] {
  const [input = '', target = ''] = node.inputs
  const from = shapes.of(input)
  const wanted = shapes.integers(target)
  if (wanted === undefined)
    throw new GraphError(`node ${node.id} (Reshape): its shape is known only when the model runs`)
  const zeroKeeps = intAttribute(node, 'allowzero', 0) === 0
  const sizes = wanted.map((size, axis) => (size === 0 && zeroKeeps ? (from[axis] ?? 0) : size))
  const rest = elementCount(from) / elementCount(sizes.filter(size => size !== -1))
  const shape = sizes.map(size => (size === -1 ? rest : size))
  if (elementCount(shape) !== elementCount(from))
    throw new GraphError(`node ${node.id} (Reshape): [${from}] cannot become [${wanted}]`)
  return shape
}

/** The same elements in the same order: each keeps its label. */
function reshaped(labels: Labels, shape: readonly number[]): Labels {
  if (labels.atoms.length === 1) return { shape, extent: shape.map(() => 1), atoms: labels.atoms }
  const full = expand(labels, labels.shape).atoms
  // Axes along which nothing changes are not spelled out, so that what reads the value sees which axis the channels are on.
  let result: Labels = { shape, extent: shape, atoms: full }
  for (let axis = 0; axis < shape.length; axis++) result = collapsed(result, axis)
  return result
}

/** Extent 1 along an axis where every element has the label of the first. */
function collapsed({ shape, extent, atoms }: Labels, axis: number): Labels {
  const size = extent[axis]!
  const inner = elementCount(extent.slice(axis + 1))
  const first = (i: number) => Math.floor(i / (inner * size)) * inner * size + (i % inner)
  if (size === 1 || atoms.some((atom, i) => atom !== atoms[first(i)])) return { shape, extent, atoms }
  return {
    shape,
    extent: extent.map((e, a) => (a === axis ? 1 : e)),
    atoms: atoms.filter((_, i) => Math.floor(i / inner) % size === 0),
  }
}

/**
 * Reshape. Channels may go only where the target shape follows by itself: along an axis given as -1. Any other axis of
 * channels is a number written into the model, and its channels stay.
 */
export const reshape: Op = {
  shapes: (node, shapes) => [outputShape(node, shapes)],
  couple(node, coupling) {
    const [input = '', target = ''] = node.inputs
    const [output = ''] = node.outputs
    const labels = reshaped(coupling.labels(input, node), coupling.shape(output))
    const wanted = coupling.integers(target) ?? []
    const varying = labels.extent.flatMap((size, axis) => (size > 1 ? [axis] : []))
    if (varying.length > 1 || varying.some(axis => wanted[axis] !== -1))
      return coupling.opaque(node, `${node.id}: the shape it makes is written into the model`)
    coupling.label(output, labels)
  },
}
