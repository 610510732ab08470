import { GraphError } from '../../../../graph/types.js'
import { permute } from '../../permute.js'
import { ints } from '../attribute.js'
import type { Builder } from '../builder.js'
import { alongFeatures, materialize, plain, rowsOf, wholeOf } from '../layout.js'
import { type Computed, type Constant, computed, known, plainLayout, type Value } from '../value.js'
import { pointwise } from './convolution.js'
import { binary } from './elementwise.js'

/** Multiplies the last axis by a constant [in, out] and adds a bias [out]. */
export function dense(b: Builder, value: Value, kernel: Constant, bias: Constant | undefined): Computed {
  const x = materialize(b, value)
  const [depth = 0, out = 0] = kernel.tensor.shape
  const features = known(x.shape.at(-1), 'the number of features')
  if (features !== depth) throw new GraphError(`a dense weight of ${depth} inputs for ${features} features`)
  if (x.layout.kind === 'rows') return rowsOf(dense(b, wholeOf(x, x.layout), kernel, bias))
  if (x.layout.kind === 'channelsFirst') return pointwise(b, x, kernel, bias)
  // Features of a flattened map stand channel by channel: the rows of the weight move, not the data.
  const rows = alongFeatures(kernel, 0, x.layout)
  const weight = b.initializer(rows.key, () => rows.tensor)
  const shape = [...x.shape.slice(0, -1), out]
  if (x.shape.length === 2) {
    const inputs = [
      x.name,
      weight,
      ...(bias === undefined ? [] : [b.initializer(bias.key, () => bias.tensor)]),
    ]
    return computed(b.emit('Gemm', inputs, {}), shape, plainLayout)
  }
  const product = computed(b.emit('MatMul', [x.name, weight]), shape, plainLayout)
  return bias === undefined ? product : binary(b, 'Add', product, bias)
}

/** A product of two computed matrices (or stacks of them). */
export function matMul(b: Builder, left: Value, right: Value, turned: readonly [boolean, boolean]): Computed {
  const [x, y] = [turn(b, plain(b, left), turned[0]), turn(b, plain(b, right), turned[1])]
  const shape = [...x.shape.slice(0, -1), y.shape.at(-1) ?? null]
  return computed(b.emit('MatMul', [x.name, y.name]), shape, plainLayout)
}

function turn(b: Builder, x: Computed, turned: boolean): Computed {
  if (!turned) return x
  const axes = x.shape.map((_, axis) => axis)
  const order = [...axes.slice(0, -2), axes.length - 1, axes.length - 2]
  const name = b.emit('Transpose', [x.name], { perm: ints(order) })
  return computed(
    name,
    order.map(axis => x.shape[axis]!),
    plainLayout,
  )
}

/** The constant with its two axes exchanged. */
export function transposed(kernel: Constant): Constant {
  return { kind: 'constant', key: `${kernel.key}:turned`, tensor: permute(kernel.tensor, [1, 0]) }
}
