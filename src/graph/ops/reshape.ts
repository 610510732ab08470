import { intAttribute } from '../attributes.js'
import { axisAttribute } from '../axes.js'
import { reshapeLabels } from '../coupling/reshape-labels.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node } from '../types.js'
import type { Op, Shapes } from './op.js'

/** Whether a 0 in the target shape stands for the input's size at its place. */
function zeroCopies(node: Node): boolean {
  return intAttribute(node, 'allowzero', 0) === 0
}

function outputShape(node: Node, shapes: Shapes): number[] | undefined {
  const [input = '', target = ''] = node.inputs
  const from = shapes.of(input)
  const wanted = shapes.integers(target)
  if (wanted === undefined) return undefined
  const sizes = wanted.map(({ value }, axis) => (value === 0 && zeroCopies(node) ? (from[axis] ?? 0) : value))
  const rest = elementCount(from) / elementCount(sizes.filter(size => size !== -1))
  const shape = sizes.map(size => (size === -1 ? rest : size))
  if (elementCount(shape) !== elementCount(from))
    throw new GraphError(
      `node ${node.id} (Reshape): [${from}] cannot become [${wanted.map(({ value }) => value)}]`,
    )
  return shape
}

/** Reshape: the same elements in the same order. Sizes in its target that count channels change with them. */
export const reshape: Op = {
  shapes(node, shapes) {
    const shape = outputShape(node, shapes)
    return shape && [shape]
  },
  couple(node, coupling) {
    const [input = '', target = ''] = node.inputs
    const [output = ''] = node.outputs
    const from = coupling.labels(input, node)
    const labels = reshapeLabels(from, coupling.shape(output))
    const wanted = coupling.integers(target)
    if (wanted === undefined)
      return coupling.opaque(node, `${node.id}: the shape it makes is known only when the model runs`)
    for (const [axis, number] of wanted.entries()) {
      if (number.value === -1) continue
      // A copied size follows the input's axis, and must be what the output's axis comes down to.
      const copied = { ...number, origin: { kind: 'size', of: input, axis } } as const
      const zero = number.value === 0 && zeroCopies(node)
      coupling.counts.push({ node, number: zero ? copied : number, whole: labels, part: labels, axis })
    }
    coupling.label(output, labels)
  },
}

function flatShape(node: Node, shape: readonly number[]): number[] {
  const axis = axisAttribute(node, 1, shape.length)
  return [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]
}

/** Flatten: one channel becomes one feature a spatial cell. */
export const flatten: Op = {
  shapes: (node, shapes) => [flatShape(node, shapes.of(node.inputs[0] ?? ''))],
  couple(node, coupling) {
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    coupling.label(node.outputs[0] ?? '', reshapeLabels(labels, flatShape(node, labels.shape)))
  },
}
