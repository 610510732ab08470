import { intAttribute } from '../attributes.js'
import { axisAttribute } from '../axes.js'
import type { Coupling } from '../coupling/coupling.js'
import { type Labels, takeEach } from '../coupling/labels.js'
import { GraphError, type Node } from '../types.js'
import type { Op } from './op.js'

/** Sizes of the parts along the axis; undefined where only the running model knows them. */
function partSizes(
  node: Node,
  size: number,
  integers: (name: string) => readonly { readonly value: number }[] | undefined,
): number[] | undefined {
  const [, sizes = ''] = node.inputs
  if (sizes !== '') {
    const given = integers(sizes)?.map(({ value }) => value)
    if (
      given !== undefined &&
      (given.length !== node.outputs.length || given.reduce((a, b) => a + b, 0) !== size)
    )
      throw new GraphError(`node ${node.id} (Split): parts of [${given}] do not make up ${size}`)
    return given
  }
  const parts = intAttribute(node, 'num_outputs', node.outputs.length)
  if (parts !== node.outputs.length)
    throw new GraphError(`node ${node.id} (Split): ${parts} parts for ${node.outputs.length} outputs`)
  const each = Math.ceil(size / parts)
  return Array.from({ length: parts }, (_, i) => Math.min(each, size - i * each))
}

/** Labels of the parts, in order. */
function partsOf(labels: Labels, axis: number, sizes: readonly number[]): Labels[] {
  let start = 0
  return sizes.map(size => {
    const from = start
    start += size
    return takeEach(labels, axis, size, i => from + i)
  })
}

/** Without sizes of their own the parts must stay equally long, and so lose the same places. */
function keepEqual(
  node: Node,
  whole: Labels,
  parts: readonly Labels[],
  axis: number,
  coupling: Coupling,
): void {
  const [first] = parts
  if (first === undefined || whole.extent[axis] === 1) return
  const equal = parts.every(part => part.shape[axis] === first.shape[axis])
  for (const part of parts) {
    if (equal) coupling.tieAll(part.atoms, first.atoms)
    else coupling.freeze(part, `${node.id}: it splits channels into parts of its own choice`)
  }
}

/** Split: each part keeps its own atoms, and the sizes it is given change with them. */
export const split: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const axis = axisAttribute(node, 0, from.length)
    const sizes = partSizes(node, from[axis] ?? 0, name => shapes.integers(name))
    return sizes?.map(size => from.map((whole, a) => (a === axis ? size : whole)))
  },
  couple(node, coupling) {
    const [input = '', given = ''] = node.inputs
    const labels = coupling.labels(input, node)
    const axis = axisAttribute(node, 0, labels.shape.length)
    const whole = coupling.indexed(labels, axis, node)
    const sizes = partSizes(node, whole.shape[axis] ?? 0, name => coupling.integers(name))
    if (sizes === undefined)
      return coupling.opaque(node, `${node.id}: where it splits is known only when the model runs`)
    const parts = partsOf(whole, axis, sizes)
    const numbers = coupling.integers(given)
    if (numbers === undefined) keepEqual(node, whole, parts, axis, coupling)
    for (const [i, part] of parts.entries()) {
      const number = numbers?.[i]
      if (number !== undefined) coupling.counts.push({ node, number, whole, part, axis })
      coupling.label(node.outputs[i] ?? '', part)
    }
  },
}
