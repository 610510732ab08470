import { GraphError } from '../../../../graph/types.js'
import { gather } from '../../import/ops/shape.js'
import { asSizes, axisOf, type Size, type Sizes, shapeOf, type Value } from '../../import/value.js'
import { type Call, input, integerInput, integersInput, type Operator, sizesInput } from '../call.js'

/** Integer arithmetic on shapes where both inputs are such integers, else the operator given. */
export function sizesOr(compute: (a: number, b: number) => number, other: Operator): Operator {
  return call => {
    const [a, b] = [asSizes(input(call, 0)), asSizes(input(call, 1))]
    if (a === undefined || b === undefined) return other(call)
    const length = Math.max(a.values.length, b.values.length)
    const at = (sizes: Sizes, i: number): Size => sizes.values[sizes.values.length === 1 ? 0 : i] ?? null
    const values = Array.from({ length }, (_, i) => {
      const [x, y] = [at(a, i), at(b, i)]
      return x === null || y === null ? null : compute(x, y)
    })
    return { kind: 'sizes', values, scalar: a.scalar && b.scalar }
  }
}

function sizes(values: readonly Size[], scalar: boolean): Sizes {
  return { kind: 'sizes', values, scalar }
}

/** Whether all inputs are integers of shape arithmetic. */
export function areSizes(inputs: readonly Value[]): boolean {
  return inputs.every(value => asSizes(value) !== undefined)
}

/** Integers side by side: Pack and ConcatV2 on shapes. */
export function joined(inputs: readonly Value[]): Sizes {
  return sizes(
    inputs.flatMap(value => asSizes(value)?.values ?? []),
    false,
  )
}

function gathering(call: Call): Value {
  const from = asSizes(input(call, 0))
  if (from === undefined) {
    if (call.attributes.int('batch_dims', 0) !== 0) throw new GraphError('batch_dims are not supported')
    const axis = call.inputs.length > 2 ? integerInput(call, 2) : 0
    return gather(call.b, input(call, 0), input(call, 1), axisOf(axis, shapeOf(input(call, 0)).length))
  }
  const at = asSizes(input(call, 1))
  const indices = integersInput(call, 1).map(i => axisOf(i, from.values.length))
  return sizes(
    indices.map(i => from.values[i]!),
    at?.scalar ?? false,
  )
}

/** Operators whose results are integers about shapes, where what they read is. */
export const shapeArithmetic: Readonly<Record<string, Operator>> = {
  Shape: call => sizes(shapeOf(input(call, 0)), false),
  Rank: call => sizes([shapeOf(input(call, 0)).length], true),
  Gather: gathering,
  GatherV2: gathering,
  Prod: call => {
    const factors = sizesInput(call, 0)
    const product = factors.includes(null)
      ? null
      : factors.reduce<number>((all, size) => all * (size ?? 1), 1)
    return sizes([product], !call.attributes.bool('keep_dims', false))
  },
  Fill: call => {
    const [length] = integersInput(call, 0)
    return sizes(
      Array.from({ length: length ?? 1 }, () => integerInput(call, 1)),
      length === undefined,
    )
  },
  Range: call => {
    const [start, limit, step] = [0, 1, 2].map(i => integerInput(call, i)) as [number, number, number]
    if (step === 0) throw new GraphError('a range of step 0')
    const length = Math.max(0, Math.ceil((limit - start) / step))
    if (length > 64) throw new GraphError('a range of more than 64 integers')
    return sizes(
      Array.from({ length }, (_, i) => start + i * step),
      false,
    )
  },
}
