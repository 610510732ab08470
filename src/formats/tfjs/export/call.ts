import { type DType, GraphError, type Node } from '../../../graph/types.js'
import type { Constant, Size } from '../import/value.js'
import type { Builder } from './builder.js'
import type { Computed, Value } from './value.js'

/** One node of a Graph with what it reads and the shapes of what it makes. */
export interface Call {
  readonly b: Builder
  readonly node: Node
  /** Version of the standard operator set. */
  readonly opset: number
  /** Undefined for an input that is left out. */
  readonly inputs: readonly (Value | undefined)[]
  /** ONNX's shapes of the outputs. */
  readonly outputs: readonly (readonly Size[])[]
  /** The numbers of an input, where they are known and the same for every batch. */
  integers(index: number): readonly number[] | undefined
  /** A value whose first axis is as long as axis `axis` of the first output, where that is the batch. */
  samples(axis: number): Computed | undefined
}

/** What a node computes: one value, or one for each of its outputs. @throws GraphError without the node's name. */
export type Rule = (call: Call) => Value | readonly Value[]

/** Input `index`. @throws GraphError where the node has none. */
export function input({ inputs }: Call, index: number): Value {
  const value = inputs[index]
  if (value === undefined) throw new GraphError(`it should have an input ${index}`)
  return value
}

/** Input `index`, which must be a constant where it is given. */
export function optionalConstant({ inputs }: Call, index: number): Constant | undefined {
  const value = inputs[index]
  if (value !== undefined && value.kind !== 'constant')
    throw new GraphError(`its input ${index} is computed; TF.js needs a constant`)
  return value
}

/** Input `index`, which must be a constant. */
export function constantInput(call: Call, index: number): Constant {
  const constant = optionalConstant(call, index)
  if (constant === undefined) throw new GraphError(`it should have an input ${index}`)
  return constant
}

/** Input `index` as integers. @throws GraphError where they are known only when the model runs. */
export function integersInput(call: Call, index: number): readonly number[] {
  const found = call.integers(index)
  if (found === undefined) throw new GraphError(`its input ${index} is known only when the model runs`)
  return found
}

/** ONNX's shape of the first output. */
export function outputShape({ outputs }: Call): readonly Size[] {
  return outputs[0] ?? []
}

/** The same value behind another node. */
export function through(x: Computed, name: string, dtype: DType = x.dtype): Computed {
  return { ...x, name, dtype }
}
