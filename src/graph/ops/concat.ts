import { axisAttribute } from '../axes.js'
import { FIXED } from '../coupling/atoms.js'
import { expand, type Labels, newAtoms } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import { GraphError } from '../types.js'
import type { Op } from './op.js'

/** Labels of parts put side by side along an axis. */
function joined(parts: readonly Labels[], shape: readonly number[], axis: number): Labels {
  const extent = shape.map((size, a) =>
    a === axis ? size : parts.reduce((most, part) => Math.max(most, part.extent[a]!), 1),
  )
  const whole = parts.map(part =>
    expand(
      part,
      extent.map((size, a) => (a === axis ? part.shape[a]! : size)),
    ),
  )
  const outer = elementCount(extent.slice(0, axis))
  const atoms = newAtoms(elementCount(extent))
  let to = 0
  for (let o = 0; o < outer; o++) {
    for (const part of whole) {
      const block = part.atoms.length / outer
      atoms.set(part.atoms.subarray(o * block, (o + 1) * block), to)
      to += block
    }
  }
  return { shape, extent, atoms }
}

/** Concat: each input keeps its own atoms, side by side. Joined along another axis, the inputs keep the same channels. */
export const concat: Op = {
  shapes(node, shapes) {
    const all = node.inputs.map(name => shapes.of(name))
    const [first = []] = all
    const axis = axisAttribute(node, 1, first.length)
    // A constant may hold the one batch that the model really takes, which is not the one that shapes are inferred for.
    const fits = (shape: readonly number[]) =>
      shape.length === first.length && shape.every((size, a) => a === axis || a === 0 || size === first[a])
    if (first[axis] === undefined || !all.every(fits))
      throw new GraphError(`node ${node.id} (Concat): cannot join ${all.map(s => `[${s}]`).join(' and ')}`)
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
