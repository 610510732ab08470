import { stringAttribute } from '../attributes.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node } from '../types.js'
import type { Op } from './op.js'
import { coupleValues, coupleWeight, type Equation } from './product.js'

/** Undefined for an equation of another form: one operand or three, an ellipsis, a letter twice in an operand. */
export function equationOf(node: Node): Equation | undefined {
  const text = stringAttribute(node, 'equation', '').replaceAll(' ', '')
  const [, left, right, output] = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]*)$/.exec(text) ?? []
  if (left === undefined || right === undefined || output === undefined) return undefined
  const twice = [left, right, output].some(letters => new Set(letters).size < letters.length)
  return twice ? undefined : { left, right, output }
}

/** Sizes by letter. @throws GraphError where the operands do not fit the equation. */
function sizesOf(
  node: Node,
  { left, right }: Equation,
  shapes: readonly (readonly number[])[],
): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const [i, letters] of [left, right].entries()) {
    const shape = shapes[i] ?? []
    const fits =
      shape.length === letters.length &&
      [...letters].every((l, axis) => (sizes.get(l) ?? shape[axis]) === shape[axis])
    if (!fits) throw new GraphError(`node ${node.id} (Einsum): a value of [${shape}] does not fit ${letters}`)
    for (const [axis, letter] of [...letters].entries()) sizes.set(letter, shape[axis]!)
  }
  return sizes
}

/** Einsum of two operands. */
export const einsum: Op = {
  shapes(node, shapes) {
    const equation = equationOf(node)
    if (equation === undefined) return undefined
    const sizes = sizesOf(
      node,
      equation,
      node.inputs.map(name => shapes.of(name)),
    )
    return [[...equation.output].map(letter => sizes.get(letter) ?? 1)]
  },
  couple(node, coupling) {
    const equation = equationOf(node)
    const [a, b] = node.inputs.map(name => coupling.constant(name) !== undefined)
    if (equation === undefined || a)
      coupling.opaque(node, `${node.id}: an Einsum of a form that is not understood`)
    else if (b) coupleWeight(node, equation, coupling)
    else coupleValues(node, equation, coupling)
  },
  macs(node, shapes) {
    const equation = equationOf(node)
    if (equation === undefined) return []
    const [, weight = ''] = node.inputs
    const operands = node.inputs.map(name => shapes.of(name))
    const macs = elementCount([...sizesOf(node, equation, operands).values()])
    if (shapes.constant(weight) === undefined) return [{ kind: 'product', macs }]
    return [{ kind: 'weight', weight, positions: macs / elementCount(shapes.of(weight)) }]
  },
}
