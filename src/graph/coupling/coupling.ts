import type { Integers } from '../integers.js'
import { GraphError, type Node, type Tensor } from '../types.js'
import { Atoms, FIXED } from './atoms.js'
import { fixedLabels, type Labels } from './labels.js'

/**
 * How a weight's axis takes part: `producer` makes channels, `consumer` sums over them, `parameter` holds one value a
 * channel (bias, scale).
 */
export type AxisRole = 'producer' | 'consumer' | 'parameter'

/** The atoms along one axis of a constant. */
export interface WeightAxis {
  readonly tensor: string
  readonly axis: number
  readonly role: AxisRole
  /** The node that first used the axis in this role. */
  readonly node: string
  readonly atoms: Int32Array
}

/** The walk over a graph in which each operator ties atoms. */
export class Coupling {
  readonly atoms = new Atoms()
  readonly #labels = new Map<string, Labels>()
  readonly #axes = new Map<string, WeightAxis>()
  readonly #constants: ReadonlyMap<string, Tensor>
  readonly #shapes: ReadonlyMap<string, readonly number[]>

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

  /** Shape of a value or constant at batch 1. */
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
    if (known !== undefined) return known
    const shape = this.shape(name)
    const long = shape.flatMap((size, axis) => (size > 1 ? [axis] : []))
    const [axis] = long
    if (!this.#constants.has(name) || axis === undefined || long.length > 1) return fixedLabels(shape)
    const atoms = this.axis(name, axis, 'parameter', node)
    return { shape, extent: shape, atoms }
  }

  label(name: string, labels: Labels): void {
    this.#labels.set(name, labels)
  }

  /** The atoms along an axis of a constant, the same at every use of it: shared weights are cut once. */
  axis(tensor: string, axis: number, role: AxisRole, node: Node): Int32Array {
    const key = `${tensor} ${axis}`
    const known = this.#axes.get(key)
    if (known !== undefined) return known.atoms
    const atoms = this.atoms.fresh(this.shape(tensor)[axis] ?? 0)
    this.#axes.set(key, { tensor, axis, role, node: node.id, atoms })
    return atoms
  }

  tieAll(a: Int32Array, b: Int32Array): void {
    for (let i = 0; i < a.length; i++) this.atoms.tie(a[i]!, b[i]!)
  }

  freeze(labels: Labels, reason: string): void {
    for (const atom of labels.atoms) if (atom !== FIXED) this.atoms.freeze(atom, reason)
  }

  /** What an operator that is not understood does: nothing it reads may change, and what it makes is fixed. */
  opaque(node: Node, reason: string): void {
    for (const name of node.inputs) {
      const constant = this.#constants.get(name)
      if (constant === undefined) {
        const labels = this.#labels.get(name)
        if (labels !== undefined) this.freeze(labels, reason)
      } else {
        constant.shape.forEach((_, axis) => {
          for (const atom of this.axis(name, axis, 'parameter', node)) this.atoms.freeze(atom, reason)
        })
      }
    }
  }

  weightAxes(): readonly WeightAxis[] {
    return [...this.#axes.values()]
  }
}
