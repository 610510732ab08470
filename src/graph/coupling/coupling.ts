import type { Integer, Integers } from '../integers.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node, type Tensor } from '../types.js'
import { Atoms, FIXED } from './atoms.js'
import { axisAtoms, firstLabels, fixedLabels, type Labels, newAtoms } from './labels.js'

/**
 * How a weight's axis takes part: `producer` makes channels, `consumer` sums over them, `parameter` holds one value a
 * channel (bias, scale).
 */
export type AxisRole = 'producer' | 'consumer' | 'parameter'

/** A role of an axis, and the node that first used it in this role. */
export interface AxisUse {
  readonly role: AxisRole
  readonly node: string
}

/** The atoms along one axis of a constant, and the first use of it. */
export interface WeightAxis extends AxisUse {
  readonly tensor: string
  readonly axis: number
  /** One for each of its roles: a weight that is read turned over makes channels along the axis that it sums over elsewhere. */
  readonly uses: AxisUse[]
  readonly atoms: Int32Array
}

/** A number that a node is given and that must be how many indices an axis, or a part of one, has. */
export interface Count {
  readonly node: Node
  readonly number: Integer
  /** The value whose axis it is, and the part that is counted: a piece of it along the axis. */
  readonly whole: Labels
  readonly part: Labels
  readonly axis: number
}

/** A constant whose elements are indices along an axis of a value. */
export interface Pointer {
  readonly node: Node
  readonly tensor: string
  readonly whole: Labels
  readonly axis: number
}

/** Two computed values multiplied, at a cost that is spread evenly over some atoms. */
export interface Product {
  readonly macs: number
  readonly atoms: Int32Array
}

/** The walk over a graph in which each operator ties atoms. */
export class Coupling {
  readonly atoms = new Atoms()
  readonly counts: Count[] = []
  readonly pointers: Pointer[] = []
  readonly products: Product[] = []
  readonly #labels = new Map<string, Labels>()
  readonly #axes = new Map<string, WeightAxis>()
  readonly #users = new Map<WeightAxis, Set<Node>>()
  readonly #constants: ReadonlyMap<string, Tensor>
  readonly #shapes: ReadonlyMap<string, readonly number[]>

  #labelCount = 0

  readonly #integers: (name: string) => Integers | undefined

  constructor(
    constants: ReadonlyMap<string, Tensor>,
    shapes: ReadonlyMap<string, readonly number[]>,
    integers: (name: string) => Integers | undefined,
  ) {
    this.#constants = constants
    this.#shapes = shapes
    this.#integers = integers
  }

  /** Numbers known before the model runs, as shape inference found them. */
  integers(name: string): Integers | undefined {
    return this.#integers(name)
  }

  /** Shape of a value or constant, as shape inference has it. */
  shape(name: string): readonly number[] {
    const shape = this.#constants.get(name)?.shape ?? this.#shapes.get(name)
    if (shape === undefined) throw new GraphError(`the shape of ${name} is not known`)
    return shape
  }

  constant(name: string): Tensor | undefined {
    return this.#constants.get(name)
  }

  /** Labels of a value; a constant has one atom an index along its only axis longer than 1, or is fixed. */
  labels(name: string, node: Node): Labels {
    const known = this.#labels.get(name)
    if (known !== undefined) {
      this.#labelCount += known.atoms.length
      return known
    }
    const shape = this.shape(name)
    const long = shape.flatMap((size, axis) => (size > 1 ? [axis] : []))
    const [axis] = long
    const vector = this.#constants.has(name) && long.length === 1 && elementCount(shape) > 0
    if (!vector || axis === undefined) return fixedLabels(shape)
    const atoms = this.axis(name, axis, 'parameter', node)
    return { shape, extent: shape, atoms }
  }

  label(name: string, labels: Labels): void {
    this.#labels.set(name, labels)
    this.#labelCount += labels.atoms.length
  }

  /** How many labels all values have, and were read so far. */
  get labelCount(): number {
    return this.#labelCount
  }

  /** Labels of all values that have some. */
  labelled(): Iterable<Labels> {
    return this.#labels.values()
  }

  /** The atoms along an axis of a constant, the same at every use of it: shared weights are cut once. */
  axis(tensor: string, axis: number, role: AxisRole, node: Node): Int32Array {
    const key = `${tensor} ${axis}`
    const known = this.#axes.get(key)
    if (known !== undefined) {
      this.#users.get(known)?.add(node)
      if (known.uses.every(use => use.role !== role)) known.uses.push({ role, node: node.id })
      return known.atoms
    }
    const atoms = this.atoms.fresh(this.shape(tensor)[axis] ?? 0)
    const use = { role, node: node.id }
    const made = { ...use, tensor, axis, uses: [use], atoms }
    this.#axes.set(key, made)
    this.#users.set(made, new Set([node]))
    return atoms
  }

  /** Whether a node said how an axis of a constant takes part in what it does. */
  uses(node: Node, axis: WeightAxis): boolean {
    return this.#users.get(axis)?.has(node) === true
  }

  /**
   * Ties what holds one value a channel along an axis (a bias, a scale), constant or computed, to the channels.
   * @throws GraphError where it holds another number of values.
   */
  parameter(name: string, axis: number, channels: Int32Array, node: Node): void {
    const own = this.constant(name)
      ? this.axis(name, axis, 'parameter', node)
      : this.channels(this.labels(name, node), axis, node)
    if (own.length !== channels.length)
      throw new GraphError(
        `node ${node.id} (${node.op}): ${name} should have ${channels.length} values, found [${this.shape(name)}]`,
      )
    this.tieAll(own, channels)
  }

  tieAll(a: Int32Array, b: Int32Array): void {
    for (let i = 0; i < a.length; i++) this.atoms.tie(a[i]!, b[i]!)
  }

  freeze(labels: Labels, reason: string): void {
    for (const atom of labels.atoms) if (atom !== FIXED) this.atoms.freeze(atom, reason)
  }

  /**
   * Labels that do not change along some axes: what differs along them is tied where the labels change along another
   * axis too, and stays for `reason` where it does not.
   */
  even(labels: Labels, axes: readonly number[], reason: string): Labels {
    const across = axes.filter(axis => labels.extent[axis]! > 1)
    if (across.length === 0) return labels
    if (!labels.extent.some((size, axis) => size > 1 && !across.includes(axis))) this.freeze(labels, reason)
    const first = firstLabels(labels, across)
    this.#tieAcross(labels, first)
    return first
  }

  /** Ties each element to the one of `first` that stands at the same place along the axes that `first` spells out. */
  #tieAcross(labels: Labels, first: Labels): void {
    const index = labels.extent.map(() => 0)
    for (const atom of labels.atoms) {
      const at = index.reduce(
        (flat, i, axis) => flat * first.extent[axis]! + (first.extent[axis] === 1 ? 0 : i),
        0,
      )
      this.atoms.tie(atom, first.atoms[at]!)
      for (let axis = index.length - 1; axis >= 0; axis--) {
        index[axis]!++
        if (index[axis]! < labels.extent[axis]!) break
        index[axis] = 0
      }
    }
  }

  /** The atoms along one axis of a value, tied so that they do not depend on another. */
  channels(labels: Labels, axis: number, node: Node): Int32Array {
    const others = labels.extent.flatMap((_, a) => (a === axis ? [] : [a]))
    const reason = `${node.id}: the channels it reads lie along another axis`
    return axisAtoms(this.even(labels, others, reason), axis) ?? newAtoms(labels.shape[axis] ?? 0)
  }

  /**
   * Labels of a value that is cut by index along an axis. The first axis may hold the batch too, merged with channels by a
   * reshape: an index then means other channels in a larger batch, so they stay.
   */
  indexed(labels: Labels, axis: number, node: Node): Labels {
    return axis === 0
      ? this.even(labels, [0], `${node.id}: it cuts an axis that may hold the batch as well`)
      : labels
  }

  /** What an operator that is not understood does: nothing it reads may change, and what it makes is fixed. */
  opaque(node: Node, reason: string): void {
    for (const name of node.inputs) this.freezeValue(name, node, reason)
  }

  /** Forbids any change of a value or constant. */
  freezeValue(name: string, node: Node, reason: string): void {
    const constant = this.#constants.get(name)
    if (constant === undefined) {
      const labels = this.#labels.get(name)
      if (labels !== undefined) this.freeze(labels, reason)
      return
    }
    constant.shape.forEach((_, axis) => {
      for (const atom of this.axis(name, axis, 'parameter', node)) this.atoms.freeze(atom, reason)
    })
  }

  weightAxes(): readonly WeightAxis[] {
    return [...this.#axes.values()]
  }
}
