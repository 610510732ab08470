import type { DType } from '../../../graph/types.js'
import type { Constant, Size } from '../import/value.js'

/**
 * How a value stands in the TF.js model, beside ONNX's own view of it: as ONNX has it; a map [n, c, h, w] as
 * [n, h, w, c]; a flattened map [n, c*h*w] as [n, h*w*c].
 */
export type Layout =
  | { readonly kind: 'plain' }
  | { readonly kind: 'channelsLast' }
  | { readonly kind: 'flat'; readonly cells: number; readonly channels: number }

export const plainLayout: Layout = { kind: 'plain' }
export const channelsLastLayout: Layout = { kind: 'channelsLast' }

/** What a node computes. `shape` is ONNX's, whatever the layout; a size of null depends on the batch. */
export interface Computed {
  readonly kind: 'computed'
  readonly name: string
  readonly shape: readonly Size[]
  readonly layout: Layout
  readonly dtype: DType
}

/** Integers about shapes that depend on the batch. They leave no nodes: whoever reads them has its own shape inferred. */
export interface BatchSizes {
  readonly kind: 'sizes'
  readonly shape: readonly Size[]
  /** The value whose shape they are, where they are all of it. */
  readonly of?: Value
}

/** A value of the Graph; a constant stands as ONNX has it. */
export type Value = Computed | Constant | BatchSizes

/** ONNX's shape of a value. */
export function shapeOf(value: Value): readonly Size[] {
  return value.kind === 'constant' ? value.tensor.shape : value.shape
}

export function dtypeOf(value: Value): DType {
  switch (value.kind) {
    case 'computed':
      return value.dtype
    case 'constant':
      return value.tensor.dtype
    case 'sizes':
      return 'int64'
  }
}
