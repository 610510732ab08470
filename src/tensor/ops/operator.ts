import type { Node } from '../../graph/types.js'
import type { Tensor } from '../tf.js'

/** A value in the executor: 4-D values are [n, h, w, c] where ONNX has [n, c, h, w]; all others stand as in ONNX. */
export interface OperatorContext {
  readonly node: Node
  /** The node's input; undefined where it is left out. @throws GraphError for a name that nothing made. */
  input(index: number): Tensor | undefined
  required(index: number): Tensor
  /** Numbers of a constant input, for limits and shapes. */
  constant(index: number): readonly number[] | undefined
  /** How batch normalisation works: by stored statistics, or by the batch's own. */
  readonly batchNorm: 'stored' | 'batch'
  /** Told the statistics of what a batch normalisation reads. */
  readonly onMoments: ((node: Node, mean: Tensor, variance: Tensor) => void) | null
}

export type Operator = (context: OperatorContext) => Tensor
