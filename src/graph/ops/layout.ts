import { axisAttribute } from '../axes.js'
import { expand, fixedLabels, type Labels } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import type { Node } from '../types.js'
import type { Op } from './op.js'

function flatShape(node: Node, shape: readonly number[]): number[] {
  const axis = axisAttribute(node, 1, shape.length)
  return [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]
}

/** Flatten: one channel becomes one feature a spatial cell. */
export const flatten: Op = {
  shapes: (node, shapes) => [flatShape(node, shapes.of(node.inputs[0] ?? ''))],
  couple(node, coupling) {
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    const shape = flatShape(node, labels.shape)
    const flat: Labels =
      labels.atoms.length === 1
        ? { shape, extent: [1, 1], atoms: labels.atoms }
        : { shape, extent: shape, atoms: expand(labels, labels.shape).atoms }
    coupling.label(node.outputs[0] ?? '', flat)
  },
}

/** Concat: each input keeps its own atoms, side by side. */
export const concat: Op = {
  shapes(node, shapes) {
    const all = node.inputs.map(name => shapes.of(name))
    const [first = []] = all
    const axis = axisAttribute(node, 1, first.length)
    const total = all.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0)
    return [first.map((size, a) => (a === axis ? total : size))]
  },
  couple(node, coupling) {
    const output = node.outputs[0] ?? ''
    const shape = coupling.shape(output)
    const axis = axisAttribute(node, 1, shape.length)
    const parts = node.inputs.map(name => coupling.labels(name, node))
    const extent = shape.map((_, a) => (a === axis ? 0 : Math.max(...parts.map(part => part.extent[a]!))))
    const whole = parts.map(part =>
      expand(
        part,
        extent.map((size, a) => (a === axis ? part.shape[a]! : size)),
      ),
    )
    const outer = elementCount(extent.slice(0, axis))
    const atoms = Array.from({ length: outer }, (_, o) =>
      whole.flatMap(part => {
        const block = part.atoms.length / outer
        return Array.from(part.atoms.subarray(o * block, (o + 1) * block))
      }),
    ).flat()
    coupling.label(output, {
      shape,
      extent: extent.map((size, a) => (a === axis ? shape[a]! : size)),
      atoms: Int32Array.from(atoms),
    })
  },
}

/** Softmax over an axis mixes its elements: all of them stay. */
export const softmax: Op = {
  shapes: (node, shapes) => [shapes.of(node.inputs[0] ?? '')],
  couple(node, coupling) {
    coupling.opaque(node, `${node.id}: ${node.op} needs all its channels`)
    const [output = ''] = node.outputs
    coupling.label(output, fixedLabels(coupling.shape(output)))
  },
}
