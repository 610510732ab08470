import type { Coupling } from '../coupling/coupling.js'
import type { Integers } from '../integers.js'
import type { Node, Tensor } from '../types.js'

/** What shape inference may ask: the shapes known so far and the constants. */
export interface Shapes {
  /** Shape of a value, of one sample where the model leaves the batch open. @throws GraphError where it is not known. */
  of(name: string): readonly number[]
  /** The constant of that name, or undefined where the value is computed. */
  constant(name: string): Tensor | undefined
  /** The numbers of a value that is known before the model runs, such as a shape it computes; undefined elsewhere. */
  integers(name: string): Integers | undefined
}

/** Multiply-accumulates of a node. */
export type Macs =
  /** Every element of a constant takes part in one at each of `positions` places. */
  | { readonly kind: 'weight'; readonly weight: string; readonly positions: number }
  /** Two computed values are multiplied. */
  | { readonly kind: 'product'; readonly macs: number }

/** What pare knows of an operator. An operator without an entry is carried through, and freezes what it touches. */
export interface Op {
  /** Shapes of the outputs, likewise; undefined where they depend on what is only known when the model runs. */
  shapes(node: Node, shapes: Shapes): readonly (readonly number[])[] | undefined
  /** Says how the atoms of the outputs arise from those of the inputs and weights. */
  couple(node: Node, coupling: Coupling): void
  /** Left out for an operator whose multiplications are not counted (DESIGN, Units). */
  macs?(node: Node, shapes: Shapes): readonly Macs[]
}
