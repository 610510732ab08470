import { intsAttribute, stringAttribute } from '../attributes.js'
import { frontAxis } from '../axes.js'
import { toNumbers } from '../tensor.js'
import type { Node, Tensor } from '../types.js'
import type { Op, Shapes } from './op.js'

/** Sizes or factors along each axis, in the order of the input's axes; axes that are not named stay. */
function alongAxes(
  node: Node,
  values: readonly number[],
  rank: number,
  other: (axis: number) => number,
): number[] {
  const axes = intsAttribute(node, 'axes', []).map(axis => frontAxis(axis, rank))
  if (axes.length === 0) return [...values]
  return Array.from({ length: rank }, (_, axis) => {
    const at = axes.indexOf(axis)
    return at === -1 ? other(axis) : values[at]!
  })
}

function given(tensor: Tensor | undefined): readonly number[] | undefined {
  return tensor === undefined || tensor.data.length === 0 ? undefined : toNumbers(tensor)
}

/** Factors are float32, and so is their product with a size: five times 1.8 is nine. */
function scaled(size: number, factor: number): number {
  return Math.floor(Math.fround(size * Math.fround(factor)))
}

function outputShape(node: Node, shapes: Shapes): number[] | undefined {
  const [input = '', , scales = '', sizes = ''] = node.inputs
  const from = shapes.of(input)
  const wanted = shapes.integers(sizes)?.map(({ value }) => value)
  if (wanted !== undefined && wanted.length > 0) {
    const policy = stringAttribute(node, 'keep_aspect_ratio_policy', 'stretch')
    return policy === 'stretch' ? alongAxes(node, wanted, from.length, axis => from[axis]!) : undefined
  }
  const factors = given(shapes.constant(scales))
  return (
    factors &&
    alongAxes(node, factors, from.length, () => 1).map((factor, axis) => scaled(from[axis]!, factor))
  )
}

/** Resize: along other axes it leaves the channels as they are. A size among its targets that counts them changes. */
export const resize: Op = {
  shapes(node, shapes) {
    const shape = outputShape(node, shapes)
    return shape && [shape]
  },
  couple(node, coupling) {
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    const [output = ''] = node.outputs
    const shape = coupling.shape(output)
    const resized = shape.flatMap((size, axis) => (size === labels.shape[axis] ? [] : [axis]))
    const even = {
      ...coupling.even(labels, resized, `${node.id}: it resizes the axis of the channels`),
      shape,
    }
    const axes = intsAttribute(
      node,
      'axes',
      shape.map((_, axis) => axis),
    ).map(axis => frontAxis(axis, shape.length))
    for (const [i, number] of (coupling.integers(node.inputs[3] ?? '') ?? []).entries()) {
      const axis = axes[i]
      if (axis !== undefined) coupling.counts.push({ node, number, whole: even, part: even, axis })
    }
    coupling.label(output, even)
  },
}

/** The same operator under its name before operator set 10, with factors alone. */
export const upsample: Op = {
  ...resize,
  shapes(node, shapes) {
    const [input = '', scales = ''] = node.inputs
    const factors = given(shapes.constant(scales))
    return factors && [shapes.of(input).map((size, axis) => scaled(size, factors[axis] ?? 1))]
  },
}
