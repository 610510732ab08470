import type { Node, Tensor } from '../../../graph/types.js'

/** What a rule may ask of the model and add to it while it rewrites a node. */
export interface Rewriting {
  /** The operator set the model came in. */
  readonly opset: number
  /** The constant of that name, or undefined where the value is computed. */
  constant(name: string): Tensor | undefined
  /** How many axes a value has, or undefined where that is not known. */
  rank(name: string): number | undefined
  /** Whether a node, a sub-graph or an output of the model reads the value. */
  isRead(name: string): boolean
  /** A name like the one wished for that nothing in the model has. */
  fresh(wish: string): string
  /** Adds a constant under a fresh name, and gives the name. */
  add(wish: string, tensor: Tensor): string
}

/**
 * Nodes that compute in the canonical operator set what one node computes in an older one; undefined where the canonical
 * one has no way to say it. @throws GraphError for a node that means nothing pare could keep.
 */
export type Rule = (node: Node, rewriting: Rewriting) => readonly Node[] | undefined

/** A rule, and the operator set whose definition it leads to: a node of that set or a later one needs no rule. */
export interface VersionedRule {
  readonly since: number
  readonly rule: Rule
}
