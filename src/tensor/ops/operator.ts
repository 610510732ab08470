import type { Node } from '../../graph/types.js'
import type { Activation } from '../gradients/affine.js'
import type { Tensor } from '../tf.js'

/** A value in the executor: 4-D values are [n, h, w, c] where ONNX has [n, c, h, w]; all others stand as in ONNX. */
export interface OperatorContext extends PassOptions {
  readonly node: Node
  /** The node's input; undefined where it is left out. @throws GraphError for a name that nothing made. */
  input(index: number): Tensor | undefined
  required(index: number): Tensor
  /** Numbers of a constant input, for limits and shapes. */
  constant(index: number): readonly number[] | undefined
  /** Whether an input is a constant, which then is in the layout that `Parameters` gives it for this node. */
  isConstant(index: number): boolean
  /** Whether a trained parameter takes part in an input. */
  isTrained(index: number): boolean
  /** What a batch normalisation does beside its own: the activation that alone reads it. */
  readonly activation: Activation
}

/** How one pass treats batch normalisation, and who watches. */
export interface PassOptions {
  /** Normalise by stored statistics, or by the batch's own. */
  readonly batchNorm: 'stored' | 'batch'
  /** Told the statistics of what a batch normalisation reads. */
  readonly onMoments: ((node: Node, mean: Tensor, variance: Tensor) => void) | null
  /** Told each node's value, in the executor's layout. */
  readonly onValue?: (node: Node, value: Tensor) => void
  /** What the rest of the pass reads instead of a node's value, of the same shape. */
  readonly replace?: (node: Node, value: Tensor) => Tensor
}

export type Operator = (context: OperatorContext) => Tensor
