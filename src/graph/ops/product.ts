import type { Coupling } from '../coupling/coupling.js'
import { alongAxis, type Labels } from '../coupling/labels.js'
import { permutedFrom } from '../permute.js'
import { elementCount } from '../tensor.js'
import type { Node } from '../types.js'
import { merge } from './elementwise.js'

/** Subscripts of two operands and of their product, a letter an axis: every product of tensors is of this form. */
export interface Equation {
  readonly left: string
  readonly right: string
  readonly output: string
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

/** Multiplications of a product, by the shapes of its operands and of what it makes. */
function macsOf({ left, right, output }: Equation, a: Labels, b: Labels, made: readonly number[]): number {
  const summed = new Set([...left, ...right].filter(letter => !output.includes(letter)))
  const size = (letter: string) =>
    left.includes(letter) ? a.shape[left.indexOf(letter)]! : b.shape[right.indexOf(letter)]!
  return elementCount([...made, ...[...summed].map(size)])
}

/** The one that has channels; undefined where both have. */
function either(x: Labels, y: Labels): Labels | undefined {
  if (x.atoms.length === 1) return y
  return y.atoms.length === 1 ? x : undefined
}

/**
 * A product of two computed values, as in attention. Where an axis of the stack of matrices (one that both have and the
 * output has too) carries channels, the heads, a matrix lives or dies as a whole. Otherwise the sum goes over channels
 * that no weight masks, so these stay.
 */
export function coupleValues(node: Node, equation: Equation, coupling: Coupling): void {
  const { left, right, output } = equation
  const [made = ''] = node.outputs
  const shape = coupling.shape(made)
  const [a, b] = node.inputs.slice(0, 2).map(name => coupling.labels(name, node)) as [Labels, Labels]
  const stack = [...output].filter(letter => left.includes(letter) && right.includes(letter)).join('')
  const stacked = [...stack].some(
    letter => a.extent[left.indexOf(letter)]! > 1 || b.extent[right.indexOf(letter)]! > 1,
  )
  const [kept, why] = stacked
    ? [stack, 'a product over channels that only one side has']
    : [output, 'a product of computed values sums over them']
  const carriedBy = (labels: Labels, letters: string) => {
    const others = axesOf(letters, letter => !kept.includes(letter))
    return arrange(coupling.even(labels, others, `${node.id}: ${why}`), letters, kept)
  }
  const [x, y] = [carriedBy(a, left), carriedBy(b, right)]
  const sizes = [...kept].map(letter => shape[output.indexOf(letter)]!)
  const carried = stacked ? merge(x, y, sizes, coupling) : either(x, y)
  if (carried === undefined) {
    coupling.opaque(node, `${node.id}: each side of a product of computed values has channels of its own`)
    return
  }
  coupling.products.push({ macs: macsOf(equation, a, b, shape), atoms: carried.atoms })
  coupling.label(made, { ...arrange(carried, kept, output), shape })
}

/**
 * A value times a constant: axes that both have and the output has not are summed over, and the first that only the
 * constant has is made (the heads, where a dense layer makes heads and their widths). Its other axes stay.
 */
export function coupleWeight(node: Node, { left, right, output }: Equation, coupling: Coupling): void {
  const [input = '', weight = ''] = node.inputs
  const [made = ''] = node.outputs
  const labels = coupling.labels(input, node)
  const shared = [...left].filter(letter => right.includes(letter))
  const [summed = '', ...others] = shared.filter(letter => labels.extent[left.indexOf(letter)]! > 1)
  const first = summed || shared.find(letter => !output.includes(letter)) || ''
  const produced = [...right].find(letter => !left.includes(letter) && output.includes(letter)) ?? ''
  if (others.length > 0 || output.includes(summed || ' ') || first === '' || produced === '') {
    coupling.opaque(node, `${node.id}: the weight of ${node.op} is no dense layer's`)
    return
  }
  const channels = coupling.channels(labels, left.indexOf(first), node)
  coupling.tieAll(coupling.axis(weight, right.indexOf(first), 'consumer', node), channels)
  for (const axis of axesOf(right, letter => letter !== first && letter !== produced))
    for (const atom of coupling.axis(weight, axis, 'parameter', node))
      coupling.atoms.freeze(atom, `${node.id}: channels go by the first axis of its weight alone`)
  const atoms = coupling.axis(weight, right.indexOf(produced), 'producer', node)
  coupling.label(made, alongAxis(coupling.shape(made), output.indexOf(produced), atoms))
}
