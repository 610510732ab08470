import { int, ints } from '../attribute.js'
import type { Builder } from '../builder.js'
import { axesApart, physicalAxis, plain } from '../layout.js'
import { type Computed, computed, plainLayout, type Value } from '../value.js'
import { globalPool } from './pooling.js'

export type Reduction = 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceSum'

/** A reduction over axes of TensorFlow's shape; mean and max over a whole map are global pools. */
export function reduce(
  b: Builder,
  op: Reduction,
  value: Value,
  axes: readonly number[],
  keep: boolean,
): Computed {
  const given = axesApart(b, value)
  const overMap = given.shape.length === 4 && axes.length === 2 && axes.includes(1) && axes.includes(2)
  if (overMap && op === 'ReduceMean') return globalPool(b, given, 'average', keep)
  if (overMap && op === 'ReduceMax') return globalPool(b, given, 'max', keep)
  const x = staysInOrder(given, axes, keep) ? given : plain(b, given)
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]))
  const physical = axes.map(axis => physicalAxis(x.layout, axis)).sort((p, q) => p - q)
  // Opset 17 takes the axes of a sum as an input, those of the others as an attribute.
  const name =
    op === 'ReduceSum'
      ? b.emit(op, [x.name, b.integers(physical)], { keepdims: int(keep ? 1 : 0) })
      : b.emit(op, [x.name], { axes: ints(physical), keepdims: int(keep ? 1 : 0) })
  return computed(name, shape, keep ? x.layout : plainLayout)
}

/** Whether the axes that are left stand in TensorFlow's order without a Transpose. */
function staysInOrder(x: Computed, axes: readonly number[], keep: boolean): boolean {
  if (x.layout.kind === 'flat') return false
  return x.layout.kind === 'plain' || keep || axes.includes(3) || (axes.includes(1) && axes.includes(2))
}
