import { GraphError, type Node } from '../../graph/types.js'
import type { Activation } from '../gradients/affine.js'
import type { Tensor } from '../tf.js'
import type { Value } from '../value.js'
import type { AxisOrder } from '../weight-layout.js'

/** One call of a node: what it reads, and what is known of it at the batch at hand. */
export interface OperatorContext extends PassOptions {
  readonly node: Node
  /** Version of the standard operator set. */
  readonly opset: number
  /** Whether the node has that input. */
  has(index: number): boolean
  /** @throws GraphError for an input that is left out. */
  value(index: number): Value
  /** An input as ONNX has it. */
  onnx(index: number): Tensor
  /** An input with its channels last. */
  map(index: number): Tensor
  /** An input with ONNX's axes in another order; a parameter that is kept in that order is not turned. */
  ordered(index: number, order: AxisOrder | null): Tensor
  /** Numbers of an input that is a constant or a size of the batch at hand; undefined elsewhere. */
  numbers(index: number): readonly number[] | undefined
  /** ONNX's shape of an input. */
  onnxShape(index: number): readonly number[]
  /** Whether a trained parameter takes part in an input. */
  isTrained(index: number): boolean
  /** How the readers of the output, where it is a weight, want its axes; null: as in ONNX. */
  readonly order: AxisOrder | null
  /** ONNX's shape of an output. */
  shape(output?: number): readonly number[]
  /** What a batch normalisation does beside its own: the activation that alone reads it. */
  readonly activation: Activation
}

/** How one pass treats batch normalisation, and who watches. */
export interface PassOptions {
  /** Normalise by stored statistics, or by the batch's own. */
  readonly batchNorm: 'stored' | 'batch'
  /** Told the statistics of what a batch normalisation reads; no gradient then goes through the batch's own. */
  readonly onMoments: ((node: Node, mean: Tensor, variance: Tensor) => void) | null
  /** Told each node's first value. */
  readonly onValue?: (node: Node, value: Value) => void
  /** What the rest of the pass reads instead of a node's first value, of the same shape and layout. */
  readonly replace?: (node: Node, value: Value) => Value
}

/** What a node makes: one value, or one for each of its outputs. @throws GraphError. */
export type Operator = (context: OperatorContext) => Value | readonly Value[]

/** The rules of some operators by ONNX's names. */
export type Operators = readonly (readonly [string, Operator])[]

export function cannotTrain(node: Node, what: string): GraphError {
  return new GraphError(`node ${node.id} (${node.op}): ${what} cannot be trained`)
}

const LARGEST = 2 ** 28

/** @throws GraphError for a matrix of our own making that, by the numbers of a damaged model, no memory holds. */
export function assertHoldable(node: Node, rows: number, columns: number): void {
  if (!(rows * columns <= LARGEST)) throw cannotTrain(node, `what needs a matrix of ${rows} by ${columns}`)
}
