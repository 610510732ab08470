import { stringAttribute } from '../attributes.js'
import type { Coupling } from '../coupling/coupling.js'
import type { Labels } from '../coupling/labels.js'
import { permutedFrom } from '../permute.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node } from '../types.js'
import { merge } from './elementwise.js'
import type { Op } from './op.js'

/** Subscripts of two operands and of the output, a letter an axis. */
export interface Equation {
  readonly left: string
  readonly right: string
  readonly output: string
}

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

/** Labels with their axes in another order; they must not change along those that are left out. */
function arrange({ extent, shape, atoms }: Labels, from: string, to: string): Labels {
  const kept = [...to].filter(letter => from.includes(letter)).map(letter => from.indexOf(letter))
  const rest = [...from].flatMap((letter, axis) => (to.includes(letter) ? [] : [axis]))
  const moved = permutedFrom(extent, [...kept, ...rest]).map(source => atoms[source]!)
  const along = (sizes: readonly number[], other: number) =>
    [...to].map(letter => (from.includes(letter) ? sizes[from.indexOf(letter)]! : other))
  return { shape: along(shape, 1), extent: along(extent, 1), atoms: moved }
}

const axesOf = (letters: string, chosen: (letter: string) => boolean) =>
  [...letters].flatMap((letter, axis) => (chosen(letter) ? [axis] : []))

/** Two computed values: what `coupleProduct` says of stacks of matrices, whatever the order of the axes. */
function coupleValues(node: Node, { left, right, output }: Equation, coupling: Coupling): void {
  const [made = ''] = node.outputs
  const shape = coupling.shape(made)
  const [a, b] = node.inputs.map(name => coupling.labels(name, node)) as [Labels, Labels]
  const stack = [...output].filter(letter => left.includes(letter) && right.includes(letter)).join('')
  const isStack = (letter: string) => stack.includes(letter)
  const stacked = (labels: Labels, letters: string) =>
    axesOf(letters, isStack).some(axis => labels.extent[axis]! > 1)
  const sizes = sizesOf(node, { left, right, output }, [a.shape, b.shape])
  const macs = elementCount([...sizes.values()])
  if (stacked(a, left) || stacked(b, right)) {
    const reason = `${node.id}: a product over channels that only one side has`
    const alone = (labels: Labels, letters: string) =>
      arrange(
        coupling.even(
          labels,
          axesOf(letters, letter => !isStack(letter)),
          reason,
        ),
        letters,
        stack,
      )
    const merged = merge(
      alone(a, left),
      alone(b, right),
      [...stack].map(letter => sizes.get(letter)!),
      coupling,
    )
    if (merged === undefined) {
      coupling.opaque(node, `${node.id}: its operands are broadcast to each other`)
      return
    }
    coupling.products.push({ macs, atoms: merged.atoms })
    coupling.label(made, { ...arrange(merged, stack, output), shape })
    return
  }
  const reason = `${node.id}: a product of computed values sums over them`
  const passed = (labels: Labels, letters: string) =>
    arrange(
      coupling.even(
        labels,
        axesOf(letters, letter => !output.includes(letter)),
        reason,
      ),
      letters,
      output,
    )
  const [x, y] = [passed(a, left), passed(b, right)]
  if (x.atoms.length > 1 && y.atoms.length > 1) {
    coupling.opaque(node, `${node.id}: both sides of a product of computed values have channels`)
    return
  }
  const carried = x.atoms.length > 1 ? x : y
  coupling.products.push({ macs, atoms: carried.atoms })
  coupling.label(made, { ...carried, shape })
}

/**
 * A value times a constant: axes that both have and the output has not are summed over, and the first that only the
 * constant has is made (the heads, where a dense layer makes heads and their widths). Its other axes stay.
 */
function coupleWeight(node: Node, { left, right, output }: Equation, coupling: Coupling): void {
  const [input = '', weight = ''] = node.inputs
  const [made = ''] = node.outputs
  const shape = coupling.shape(made)
  const labels = coupling.labels(input, node)
  const shared = [...left].filter(letter => right.includes(letter))
  const [summed = '', ...others] = shared.filter(letter => labels.extent[left.indexOf(letter)]! > 1)
  const first = summed || shared.find(letter => !output.includes(letter)) || ''
  const produced = [...right].find(letter => !left.includes(letter) && output.includes(letter)) ?? ''
  if (others.length > 0 || output.includes(summed || ' ') || first === '' || produced === '') {
    coupling.opaque(node, `${node.id}: the weight of Einsum is no dense layer's`)
    return
  }
  const channels = coupling.channels(labels, left.indexOf(first), node)
  coupling.tieAll(coupling.axis(weight, right.indexOf(first), 'consumer', node), channels)
  for (const axis of axesOf(right, letter => letter !== first && letter !== produced))
    for (const atom of coupling.axis(weight, axis, 'parameter', node))
      coupling.atoms.freeze(atom, `${node.id}: channels go by the first axis of its weight alone`)
  const atoms = coupling.axis(weight, right.indexOf(produced), 'producer', node)
  const axis = output.indexOf(produced)
  coupling.label(made, { shape, extent: shape.map((_, a) => (a === axis ? atoms.length : 1)), atoms })
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
