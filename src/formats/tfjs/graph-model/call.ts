import { GraphError } from '../../../graph/types.js'
import type { Builder } from '../import/builder.js'
import { asSizes, type Constant, constantOf, type Size, type Value } from '../import/value.js'
import type { Attributes } from './attributes.js'

/** One node of a GraphDef with the values that it reads. */
export interface Call {
  readonly b: Builder
  readonly attributes: Attributes
  readonly inputs: readonly Value[]
}

/** What a node computes: one value, or one for each of its outputs. @throws GraphError without the node's name. */
export type Operator = (call: Call) => Value | readonly Value[]

/** Input `index`. @throws GraphError where the node has none. */
export function input({ inputs }: Call, index: number): Value {
  const value = inputs[index]
  if (value === undefined) throw new GraphError(`it should have an input ${index}`)
  return value
}

/** Input `index`, which must be a constant. */
export function constantInput(call: Call, index: number): Constant {
  return constantOf(input(call, index), `its input ${index}`)
}

/** Input `index` as integers, some of which may be unknown. */
export function sizesInput(call: Call, index: number): readonly Size[] {
  const sizes = asSizes(input(call, index))
  if (sizes === undefined) throw new GraphError(`its input ${index} should be integers that are known`)
  return sizes.values
}

/** Input `index` as integers. */
export function integersInput(call: Call, index: number): readonly number[] {
  return sizesInput(call, index).map(size => {
    if (size === null) throw new GraphError(`its input ${index} is not known before the model runs`)
    return size
  })
}

/** The integer that input `index` is. */
export function integerInput(call: Call, index: number): number {
  const [value] = integersInput(call, index)
  if (value === undefined) throw new GraphError(`its input ${index} is empty`)
  return value
}

/** @throws GraphError for a model made for channels first, which TF.js itself hardly runs. */
export function assertChannelsLast({ attributes }: Call): void {
  const format = attributes.string('data_format', 'NHWC')
  if (format !== 'NHWC') throw new GraphError(`data format ${format} is not supported, only NHWC`)
}
