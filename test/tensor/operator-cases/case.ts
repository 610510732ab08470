import { floatTensor } from '../../../src/graph/tensor.js'
import type { Tensor } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { constant, type Step } from '../graph-of.js'

/** A chain of operators over samples of a shape. */
export interface Case {
  readonly name: string
  readonly sample: readonly number[]
  readonly steps: readonly Step[]
  readonly opset?: number
  /** Why its gradient is not held to finite differences. */
  readonly jumps?: true
}

const random = randomStream(21, 0, 'operators')

/** A constant of normal elements. */
export const c = (...shape: number[]): Tensor => constant(random, ...shape)

/** A constant of ascending elements from 1 on, for variances and scales. */
export const positive = (size: number): Tensor =>
  floatTensor(
    [size],
    Array.from({ length: size }, (_, i) => 1 + i / 3),
  )

/** Sizes that differ, so that an axis taken for another is found out. */
export const map = [3, 7, 6]
/** Sizes that are equal, so that an axis taken for another changes numbers, not shapes. */
export const square = [4, 4, 4]

type Attributes = NonNullable<Step['attributes']>

export function one(
  op: string,
  sample: readonly number[],
  attributes: Attributes = {},
  constants: readonly Tensor[] = [],
  more: Partial<Case> = {},
): Case {
  const said = Object.entries(attributes).map(([name, value]) => `${name} ${value}`)
  const shapes = constants.map(({ shape, dtype, data }) => (dtype === 'int64' ? `(${data})` : `[${shape}]`))
  const name = [op, ...shapes, ...said, `of [${sample}]`].join(' ')
  return { name, sample, steps: [{ op, constants, attributes }], ...more }
}
