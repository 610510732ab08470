import { axisAttribute } from '../axes.js'
import { FIXED } from '../coupling/atoms.js'
import { expand, type Labels } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import type { Op } from './op.js'

/** Labels of parts put side by side along an axis. */
function joined(parts: readonly Labels[], shape: readonly number[], axis: number): Labels {
  const extent = shape.map((size, a) => (a === axis ? size : Math.max(...parts.map(part => part.extent[a]!))))
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
  return { shape, extent, atoms: Int32Array.from(atoms) }
}

/** Concat: each input keeps its own atoms, side by side. Joined along another axis, the inputs keep the same channels. */
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
    // What is not labelled is fixed: there is no need to spell it out.
    if (parts.every(({ atoms }) => atoms.length === 1 && atoms[0] === FIXED)) return
    const labels = joined(parts, shape, axis)
    const elsewhere = labels.extent.some((size, a) => a !== axis && size > 1)
    coupling.label(output, elsewhere ? coupling.even(labels, [axis], '') : labels)
  },
}
