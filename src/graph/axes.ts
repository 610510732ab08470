import { intAttribute, intsAttribute } from './attributes.js'
import { toNumbers } from './tensor.js'
import { GraphError, type Node, type Tensor } from './types.js'

/** An axis counted from the front; a negative one counts from the end. */
export function frontAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

/** The attribute `axis` of a node, counted from the front; `fallback` where it is left out. */
export function axisAttribute(node: Node, fallback: number, rank: number): number {
  return frontAxis(intAttribute(node, 'axis', fallback), rank)
}

/**
 * The axes that a node names, as it counts them: an attribute in old operator sets, its second input in new ones;
 * undefined where neither is given.
 * @throws GraphError for an input that is not a constant.
 */
export function givenAxes(
  node: Node,
  constant: (name: string) => Tensor | undefined,
): readonly number[] | undefined {
  const [, input = ''] = node.inputs
  if (input === '') return node.attributes.axes === undefined ? undefined : intsAttribute(node, 'axes', [])
  const given = constant(input)
  if (given === undefined) throw new GraphError(`node ${node.id} (${node.op}): expected constant axes`)
  return toNumbers(given)
}

/** Axes counted from the front, ascending. */
export function sortedAxes(axes: readonly number[], rank: number): number[] {
  return axes.map(axis => frontAxis(axis, rank)).sort((a, b) => a - b)
}
