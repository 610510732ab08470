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

/** By place in the data of a tensor, row-major, its index along an axis; 0 everywhere for a null axis. */
export function indexAlong(shape: readonly number[], axis: number | null): (place: number) => number {
  if (axis === null) return () => 0
  const size = shape[axis] ?? 1
  const inner = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1)
  return place => Math.floor(place / inner) % size
}
